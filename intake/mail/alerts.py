"""Tell the clinic by mail when requests no longer reach the front desk, and again when they do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.hours import in_words
from intake.mail.compose import Letter, compose
from intake.mail.deliver import Mailbox
from intake.mail.errors import MailError
from intake.models import SheetHealth
from intake.outbox import Progress

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
LOOK_AGAIN = timedelta(minutes=1)  # while the mail server does not take it
LANGUAGE = "en"
UNKNOWN = (
    "Nothing is reported to stand in the way. Is “intake relay” running, with a Google "
    "Sheet? Ask “intake doctor”."
)


class QueueState(Protocol):
    """What must be known of the queue (`sheet.queue.backlog.Backlog`)."""

    @property
    def waiting(self) -> int: ...
    @property
    def oldest(self) -> datetime | None: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def problem_since(self) -> datetime | None: ...


@dataclass(frozen=True)
class Trouble:
    """What stands in the way, since when."""

    problem: str
    since: datetime


@dataclass(frozen=True)
class Alerts:
    """One mail for each trouble that lasts, and one when it is over; each is tried until the server
    takes it.
    """

    database: Database
    mailbox: Mailbox
    clinic: Clinic
    look: Callable[[Session, str], QueueState]

    def step(self, now: datetime) -> Progress:
        """Send the mail that is owed, then record it: killed in between, it comes twice with the
        same Message-ID.
        """
        if self.clinic.operations.email is None:
            return Progress(not_before=now + EVERY)
        with self.database.reading() as session:
            queue = self.look(session, self.clinic.key)
            health = session.get(SheetHealth, self.clinic.key)
            alerted_at = health.alerted_at if health else None
        trouble = self._trouble(queue, now)
        if trouble and alerted_at is None and trouble.since <= now - self._patience:
            return self._tell(self._alert(trouble, queue), now, alerted_at=now)
        if trouble is None and alerted_at is not None:
            return self._tell(self._all_clear(alerted_at, queue), now, alerted_at=None)
        return Progress(not_before=now + EVERY)

    @property
    def _patience(self) -> timedelta:
        return timedelta(minutes=self.clinic.operations.alert_after_minutes)

    def _trouble(self, queue: QueueState, now: datetime) -> Trouble | None:
        """Return a problem that was reported; else requests that wait for long although none
        was.
        """
        if queue.problem:
            return Trouble(queue.problem, queue.problem_since or now)
        if queue.oldest and queue.oldest <= now - self._patience:
            return Trouble(UNKNOWN, queue.oldest)
        return None

    def _tell(self, letter: Letter, now: datetime, *, alerted_at: datetime | None) -> Progress:
        try:
            self.mailbox.send(compose(letter, self.clinic, now=now).message)
        except MailError as error:
            log.warning(
                "alert not sent", extra={"about": letter.name, "reason": type(error).__name__}
            )
            return Progress(not_before=now + LOOK_AGAIN, problem=str(error))
        with self.database.writing() as session:
            health = session.get(SheetHealth, self.clinic.key)
            if health is None:
                health = SheetHealth(clinic=self.clinic.key, repaired=0, conflicts=0, removed=0)
                session.add(health)
            health.alerted_at = alerted_at
        log.info("alert sent", extra={"about": letter.name})
        return Progress(done=1, not_before=now + EVERY)

    def _alert(self, trouble: Trouble, queue: QueueState) -> Letter:
        values = {
            "problem": trouble.problem,
            "since": in_words(trouble.since, self.clinic, LANGUAGE),
            "waiting": queue.waiting,
            "oldest": in_words(queue.oldest, self.clinic, LANGUAGE) if queue.oldest else "",
        }
        return self._letter("trouble", trouble.since, values)

    def _all_clear(self, alerted_at: datetime, queue: QueueState) -> Letter:
        return self._letter("solved", alerted_at, {"waiting": queue.waiting})

    def _letter(self, name: str, about: datetime, values: dict[str, object]) -> Letter:
        known_by = sha256(f"{self.clinic.key} {name} {about.isoformat()}".encode()).hexdigest()[:32]
        return Letter(name, self.clinic.operations.email or "", LANGUAGE, known_by, values)
