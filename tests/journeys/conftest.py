"""All of it running as `make run` starts it, and a real Chromium to walk through it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from intake.app import create_app
from intake.config import Settings
from intake.models import Lead, Role
from tests.conftest import ROOT
from tests.logged import personal_lines
from tests.page import PageClient
from tests.waiting import RAN_TOO_LONG


@dataclass(frozen=True)
class Demo:
    """Where to click."""

    form: str
    sheet: str
    data: Path
    process: "subprocess.Popen[str]"
    environ: Mapping[str, str]
    first_sign_in: str
    """The one-time link for the owner of the desk."""

    def intake(self, *arguments: str) -> str:
        """What a command says that is run on this demonstration's data, with the settings that it
        keeps for a shell.
        """
        command = [sys.executable, "-m", "intake", *arguments]
        kept = ["sh", "-c", '. "$0" && exec "$@"', str(self.data / "data" / "environment")]
        done = subprocess.run(
            [*kept, *command], env=self.environ, capture_output=True, text=True, check=True
        )
        return done.stdout

    def owner(self) -> tuple[PageClient, dict[str, str]]:
        """Its owner, come in by the demonstration's own secret, and what stands in the addresses of
        a request.
        """
        settings = Settings(
            instance=self.data / "data",
            clinic=self.data / "clinic.toml",
            limits="off",
            database_url=self.environ.get("INTAKE_DATABASE_URL", ""),
        )
        client = PageClient(create_app(settings))
        # Consent goes by address: its own
        client.submit(email="desk.walk@example.com", agree_news="y")
        client.sign_in(Role.OWNER)
        with client.house.database.reading() as session:
            lead = session.scalars(select(Lead).order_by(Lead.id.desc())).first()
        assert lead is not None
        return client, {"ref": lead.ref, "token": lead.token, "filename": "app.css"}


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`intake demo`, with ports and a folder of its own."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


class running_demo:  # noqa: N801  (used as a word: with running_demo(...))
    """Start it, wait until it says where to click; end it as Ctrl-C does. On SQLite, unless told
    another database.
    """

    def __init__(self, data: Path, database_url: str = "") -> None:
        self.data, self.database_url = data, database_url

    def __enter__(self) -> Demo:
        port, sheet_port = free_port(), free_port()
        command = [
            sys.executable,
            "-m",
            "intake",
            "demo",
            "--port",
            str(port),
            "--sheet-port",
            str(sheet_port),
        ]
        self.environ = {
            name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")
        }
        clinic = (
            (ROOT / "clinic.toml")
            .read_text()
            .replace("read_every_seconds = 15", "read_every_seconds = 5")
        )
        (self.data / "clinic.toml").write_text(clinic)
        self.environ["INTAKE_LIMITS"] = "off"  # the browser types faster than people do
        self.environ["INTAKE_CLINIC"] = str(self.data / "clinic.toml")
        if self.database_url:
            self.environ["INTAKE_DATABASE_URL"] = self.database_url
        log = (self.data / "demo.log").open("w")
        self.process = subprocess.Popen(
            [*command, "--data", str(self.data / "data")],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=self.environ,
        )
        log.close()
        assert self.process.stdout is not None
        link = ""
        for line in self.process.stdout:
            link = line.partition("first sign-in: ")[2].strip() or link
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError((self.data / "demo.log").read_text())
        form, sheet = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sheet_port}"
        return Demo(form, sheet, self.data, self.process, self.environ, link)

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=RAN_TOO_LONG)[0]
        assert personal_lines(said + (self.data / "demo.log").read_text()) == []


@pytest.fixture(params=[360])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A patient's phone, which tells when a page asks for something from elsewhere."""
    with browser.new_context(viewport={"width": request.param, "height": 800}) as context:
        page = context.new_page()
        page.on("request", _stays_here)
        yield page


def _stays_here(request: object) -> None:
    url = str(getattr(request, "url", ""))
    assert url.startswith("http://127.0.0.1:"), f"the page asked for {url}"
