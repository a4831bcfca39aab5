"""`make kills REQUESTS=10000 KILLS=500`: web processes are killed while many patients send at once.

Whoever was answered with a confirmation is in the database with all of their events and records,
exactly once. Whoever was not sends the same form again, as a browser does after a broken
connection.
"""

import argparse
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psutil
from bs4 import BeautifulSoup
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from intake.config import load_clinic
from intake.consent.publishing import publish
from intake.db import Database
from intake.ledger import leaf_hash
from intake.migrate import migrate
from intake.models import ConsentEvent, ConsentOpening, Lead, LedgerEntry, OutboxEntry
from tests.conftest import NOON, ROOT
from tests.journeys.conftest import free_port
from tests.waiting import wait_until

SENDERS, WORKERS = 8, 2
MOMENT = 0.05
"""Seconds after which a patient tries again, where nobody answered."""
EVENTS, ORDERS = 6, 2
"""For each request: three statements shown and answered; a row and an acknowledgement."""


@dataclass
class Clinic:
    """A web server on a database, and what its patients were told."""

    folder: Path
    database: Database
    seed: int
    port: int = field(default_factory=free_port)
    confirmed: dict[str, list[str]] = field(default_factory=dict)
    """The addresses of the confirmations that were shown, by patient."""
    sent_again: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    started_again: int = 0
    starting: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        migrate(self.database)
        with self.database.writing() as session:
            publish(session, load_clinic(ROOT / "clinic.toml"), now=NOON)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("INTAKE_")}
        self.environ = kept | {
            "INTAKE_INSTANCE": str(self.folder),
            "INTAKE_LIMITS": "off",
            "INTAKE_CLINIC": str(ROOT / "clinic.toml"),
            "INTAKE_DATABASE_URL": self.database.url.render_as_string(hide_password=False),
            "INTAKE_SECRET_KEY": "a secret of the kills, which is long enough",
        }
        self.server = self._start()
        wait_until(lambda: self._ask("GET", "/") is not None, "the web to answer")

    def _start(self) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "intake",
                    "serve",
                    "--port",
                    str(self.port),
                    "--workers",
                    str(WORKERS),
                ],
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def keep_running(self) -> None:
        """Start the server again, as a supervisor does: it ends when its processes die too
        often.
        """
        with self.starting:
            if self.server.poll() is not None:
                self.started_again += 1
                self.server = self._start()

    def send(self, number: int) -> None:
        """Send the form of one patient until it is confirmed."""
        stamp = self._stamp()
        form = urlencode(
            {
                "stamp": stamp,
                "name": f"Patient {number}",
                "phone": f"416 2{number // 10_000:02}-{number % 10_000:04}",
                "email": f"p{number}@example.com",
                "agree_news": "y",
            }
        )
        while (answer := self._ask("POST", "/", form)) is None or answer.status != 303:
            self.sent_again[f"{answer.status}" if answer else "broken off"] += 1
        self.confirmed.setdefault(f"p{number}@example.com", []).append(
            answer.getheader("Location") or ""
        )

    def kill_one(self, chance: random.Random) -> None:
        """SIGKILL a process that answers; the server starts another."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.server.pid).children(recursive=True)
            answering = [
                child for child in children if "resource_tracker" not in " ".join(child.cmdline())
            ]
            if answering:
                chance.choice(answering).kill()
                self.killed += 1

    def close(self) -> None:
        """End the server with everything it started."""
        self.stopped.set()
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()
        self.database.dispose()

    def _stamp(self) -> str:
        while (answer := self._ask("GET", "/")) is None or answer.status != 200:
            pass
        return str(BeautifulSoup(answer.body, "html.parser").select_one("[name=stamp]")["value"])

    def _ask(self, method: str, path: str, body: str | None = None) -> "Answer | None":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(
                method, path, body, {"Content-Type": "application/x-www-form-urlencoded"}
            )
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException):
            self.keep_running()
            self.stopped.wait(MOMENT)
            return None
        finally:
            connection.close()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def getheader(self, name: str) -> str | None:
        """The header of this *name*, which is written in small letters."""
        return {key.lower(): value for key, value in self.headers.items()}.get(name.lower())


def run(clinic: Clinic, requests: int, kills: int) -> None:
    """Have all patients sent and confirmed, with *kills* spread over them by their number."""
    numbers = iter(range(requests))
    chance, lock = random.Random(clinic.seed), threading.Lock()
    at = {round((one + 1) * requests / (kills + 1)) for one in range(kills)}

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            if number in at:
                clinic.kill_one(chance)
            clinic.send(number)

    threads = [threading.Thread(target=work) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wrong_with(clinic: Clinic) -> list[str]:
    """Each promise that was broken, in words."""
    wrong: list[str] = []
    with clinic.database.reading() as session:
        stored = {
            email: (lead, f"/requests/{token}")
            for lead, email, token in session.execute(select(Lead.id, Lead.email, Lead.token))
        }
        leads = session.scalar(select(func.count()).select_from(Lead)) or 0
        per_lead = {
            "events": (
                EVENTS,
                _each(
                    session,
                    select(ConsentEvent.lead_id, func.count()).group_by(ConsentEvent.lead_id),
                ),
            ),
            "openings": (
                1,
                _each(
                    session,
                    select(Lead.id, func.count())
                    .join(ConsentOpening, ConsentOpening.leaf == Lead.bound_leaf)
                    .group_by(Lead.id),
                ),
            ),
            "orders": (
                ORDERS,
                _each(
                    session, select(OutboxEntry.lead_id, func.count()).group_by(OutboxEntry.lead_id)
                ),
            ),
        }
        bound = (
            select(func.count())
            .select_from(Lead)
            .join(LedgerEntry, LedgerEntry.leaf == Lead.bound_leaf)
        )
        recorded = (
            select(func.count())
            .select_from(ConsentEvent)
            .join(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
        )
        found = (session.scalar(bound), session.scalar(recorded))
        entries = session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind.in_(("consent", "request")))
        ).all()
        if any(leaf_hash(entry.canonical) != entry.leaf for entry in entries):
            wrong.append("a record has other bytes than its hash says")
    if leads != len(clinic.confirmed):
        wrong.append(
            f"{len(clinic.confirmed)} patients were confirmed, {leads} requests are stored"
        )
    for email, locations in clinic.confirmed.items():
        if email not in stored or {stored[email][1]} != set(locations):
            wrong.append(f"a confirmation leads elsewhere: {locations}")
    for what, (right, counts) in per_lead.items():
        if set(counts.values()) != {right} or len(counts) != leads:
            wrong.append(f"not every request has {right} {what}")
    if found != (leads, EVENTS * leads) or len(entries) != leads:
        wrong.append(f"records: {found} of {leads} requests, {len(entries)} in all")
    return wrong


def _each(session: Session, statement: Select[int, int]) -> dict[int, int]:
    return {lead_id: number for lead_id, number in session.execute(statement)}  # noqa: C416  (rows are no pairs to mypy)


def main() -> int:
    """Run it and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.kills", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with TemporaryDirectory(prefix="kills-") as folder:
        clinic = Clinic(Path(folder), Database(f"sqlite:///{folder}/intake.db"), options.seed)
        try:
            run(clinic, options.requests, options.kills)
            wrong = wrong_with(clinic)
        finally:
            clinic.close()
    again = ", ".join(f"{why}: {times}" for why, times in sorted(clinic.sent_again.items()))
    print(
        f"{len(clinic.confirmed)} confirmed, {clinic.killed} processes killed, "
        f"{clinic.started_again} servers ended"
    )
    print(f"sent again: {again or 'never'}")
    print("\n".join(wrong) or "Every confirmed request is stored whole, exactly once.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
