"""Tell those who answer for the consent log, by mail, that it is not the one that was signed."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.hours import in_words
from intake.ledger.alarm import Alarm, note_told, standing_alarms
from intake.mail.compose import Letter, compose
from intake.mail.deliver import Mailbox
from intake.mail.errors import MailError
from intake.models import Role, StaffMember
from intake.outbox import Progress

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=1)
PATIENCE = timedelta(minutes=1)
"""What is over at the next look (two that sealed at the same moment) alarms nobody."""
AGAIN = timedelta(days=1)
LANGUAGE = "en"


@dataclass(frozen=True)
class LogAlarms:
    """A mail to the auditor and to each owner's and auditor's account; each day again while the
    alarm stands.
    """

    database: Database
    mailbox: Mailbox
    clinic: Clinic
    folder: Path
    """Where the alarm stands, beside the key."""

    def step(self, now: datetime) -> Progress:
        """Send what is owed, then note it; killed in between, it comes twice with the same
        Message-ID.
        """
        done = 0
        for by, alarm in standing_alarms(self.folder).items():
            if alarm.since > now - PATIENCE or (alarm.told_at and alarm.told_at > now - AGAIN):
                continue
            with self.database.reading() as session:
                told = addresses(session, self.clinic, now=now)
            try:
                for address in told:
                    self.mailbox.send(
                        compose(self._letter(alarm, address, now), self.clinic, now=now).message
                    )
            except MailError as error:
                log.warning("log alarm not sent", extra={"reason": type(error).__name__})
                return Progress(done=done, not_before=now + LOOK_AGAIN, problem=str(error))
            note_told(self.folder, by, now=now)
            log.error("log alarm sent", extra={"people": len(told)})
            done += len(told)
        return Progress(done=done, not_before=now + LOOK_AGAIN)

    def _letter(self, alarm: Alarm, address: str, now: datetime) -> Letter:
        about = f"{address} {alarm.sentence} {alarm.since.isoformat()} {now.date().isoformat()}"
        known_by = sha256(about.encode()).hexdigest()[:32]
        values = {"problem": alarm.sentence, "since": in_words(alarm.since, self.clinic, LANGUAGE)}
        return Letter("log_alarm", address, LANGUAGE, known_by, values)


def addresses(session: Session, clinic: Clinic, *, now: datetime) -> Sequence[str]:
    """Return whom to tell: the auditor of the clinic file, and the accounts of owners and auditors
    that are in use.
    """
    in_use = (
        StaffMember.active.is_(True),
        or_(StaffMember.until.is_(None), StaffMember.until > now),
    )
    accounts = session.scalars(
        select(StaffMember.email)
        .where(
            StaffMember.clinic == clinic.key,
            StaffMember.role.in_([Role.OWNER, Role.AUDITOR]),
            *in_use,
        )
        .order_by(StaffMember.id)
    )
    named = [clinic.ledger.auditor_email] if clinic.ledger.auditor_email else []
    return list(dict.fromkeys([*named, *accounts]))
