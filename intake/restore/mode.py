"""Restore mode: the database is older than the last signed head that is kept beside the key
(`ledger.comparison`).

Until `intake restore` has run, requests are taken and withdrawals take effect, as both only add to
the database. No mail goes to patients, because whoever withdrew, was erased or had their address
corrected since the backup would get it. Nothing is written to the sheet, because it knows more than
the database. Nothing is signed (`ledger.seal`).
"""

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger.comparison import compare
from intake.ledger.kept_head import read_kept_head
from intake.ledger.keys import KeyProblem
from intake.ledger.place import KEPT_HEAD
from intake.models import InstallationFact, LedgerPosition, OutboxEntry
from intake.outbox import Progress
from intake.sql import SqlStatement, execute

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=10)
LAST_POSITION = SqlStatement("SELECT max(position) FROM ledger_position")
ENTERED = "restore mode"
"""The fact that says since when, and up to which outbox entry something may have been sent
already.
"""
SENTENCE = (
    "The database is older than the log that was signed last: it was put back from a backup. No "
    "mail goes to patients and nothing is written to the sheet until “intake restore” has taken up "
    "what is lost; forms are taken meanwhile."
)

Step = Callable[[datetime], Progress]


class RestoreMode:
    """Whether it is on, asked so often that it must cost next to nothing."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database, self._folder = database, folder
        self._seen: tuple[int, int, int] | None = None
        self._signed = 0
        self._entered = False

    def problem(self) -> str | None:
        """Return what to do about it, in a sentence; None when it is off."""
        if self._is_as_long_as_signed():
            return None
        with self._database.reading() as session:
            return SENTENCE if self.is_on(session) else None

    def is_on(self, session: Session) -> bool:
        """Return whether the database of *session* is older than the kept head."""
        try:
            last = session.scalar(select(func.max(LedgerPosition.position)))
            size = 0 if last is None else last + 1
            return size < self._size_signed() and compare(session, self._folder).is_older
        except KeyProblem:
            return False  # another check says what is wrong with the folder

    def enter_if_on(self, *, now: datetime) -> str | None:
        """Note where the backup ends, where the mode is on, and return what to say of it; for a
        process that starts.
        """
        problem = self.problem()
        if problem and not self._entered:
            with self._database.writing() as session:
                enter(session, now=now)
            self._entered = True
            log.error("restore mode", extra={"folder": self._folder.name})
        return problem

    def guarded(self, step: Step) -> Step:
        """*step*, which does nothing while the mode is on."""

        def unless_on(now: datetime) -> Progress:
            problem = self.enter_if_on(now=now)
            return Progress(not_before=now + LOOK_AGAIN, problem=problem) if problem else step(now)

        return unless_on

    def _is_as_long_as_signed(self) -> bool:
        """Return whether the log is as long as the kept head, which is nearly always so, asked
        without a session.
        """
        with self._database.engine.connect() as connection:
            ((last,),) = execute(connection, LAST_POSITION)
        try:
            return last is not None and last + 1 >= self._size_signed()
        except KeyProblem:
            return False

    def _size_signed(self) -> int:
        try:
            found = (self._folder / KEPT_HEAD).stat()
        except FileNotFoundError:
            return 0
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen != self._seen:
            kept = read_kept_head(self._folder)
            self._seen, self._signed = seen, kept.head.size if kept else 0
        return self._signed


def enter(session: Session, *, now: datetime) -> None:
    """Note, once, where the outbox of the backup ends: what stands in it may have been sent before
    the loss.
    """
    if session.get(InstallationFact, ENTERED) is None:
        last = session.scalar(select(func.max(OutboxEntry.id))) or 0
        value = json.dumps({"since": now.isoformat(), "entry": last})
        session.add(InstallationFact(name=ENTERED, value=value))


def entered_at(session: Session) -> datetime | None:
    """Since when it is on, as far as a process noted it."""
    noted = session.get(InstallationFact, ENTERED)
    return datetime.fromisoformat(json.loads(noted.value)["since"]) if noted else None


def last_entry(session: Session) -> int:
    """Return the last outbox entry of the backup; the last one there is, where nobody noted it."""
    noted = session.get(InstallationFact, ENTERED)
    if noted:
        return int(json.loads(noted.value)["entry"])
    return session.scalar(select(func.max(OutboxEntry.id))) or 0


def leave_restore_mode(session: Session) -> None:
    """End the note."""
    noted = session.get(InstallationFact, ENTERED)
    if noted:
        session.delete(noted)
