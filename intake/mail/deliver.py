"""Send mail from the outbox, one entry at a time.

At least once, by the protocol: between the server's “250 taken” and our commit the process can die,
and no server can be asked afterwards. So the attempt is committed before anything is sent, and
every attempt of an entry carries the same Message-ID: mail programs and servers know a second copy
by it. Whether a mail may go out at all is asked when it goes out, not when it was ordered: a
withdrawal in between holds.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.facts import consent_facts
from intake.consent.may_send import NOT_ALLOWED, MessageClass, Ruling, may_send
from intake.consent.person_consent import PersonConsent, consent_of
from intake.consent.receipts import receipt_of
from intake.consent.token import link_token
from intake.db import Database
from intake.limits import CLOCKS_DIFFER, MOST_FIRST_A_DAY
from intake.mail.compose import ComposedEmail, Letter, compose
from intake.mail.errors import EmailRefused, MailError, NotNow
from intake.mail.message_id import mail_id
from intake.mail.messages import acknowledgement, link
from intake.models import Lead, MailSent, OutboxEntry, Topic
from intake.outbox import Progress, put_off, settle_one, settle_untried, take_one

log = logging.getLogger(__name__)

CLASSES = {Topic.ACKNOWLEDGEMENT: MessageClass.ACKNOWLEDGEMENT, Topic.LINK: MessageClass.LINK}
HOLD = timedelta(minutes=10)
"""Longer than the slowest server can take; when a worker died, another tries again after it."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=10)
LOOK_AGAIN = timedelta(minutes=1)  # while the server is away or somebody must act
MOST_ATTEMPTS = 600
"""About four days; RFC 5321 s. 4.5.4.1 gives a mail four to five."""
UNTRIED_FOR = timedelta(days=1)


class Mailbox(Protocol):
    """What delivery needs of the adapter."""

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True)
class Prepared:
    """A mail that may go out, and why."""

    composed: ComposedEmail
    ruling: Ruling


@dataclass(frozen=True)
class MailDelivery:
    """One clinic's mail: where from, through what, and where its links lead."""

    database: Database
    mailbox: Mailbox
    clinic: Clinic
    public_url: str
    jitter: Callable[[], float] = random.random

    def step(self, now: datetime) -> Progress:
        """Send or settle one entry. May be killed at any line.

        1. Take the entry that is due first and commit that it was begun; nobody else takes it for a
        while.
        2. Ask whether it may go out, compose it, or settle it as not allowed.
        3. Hand it over. Taken: settle it and keep on which ground it went out. 4. Refused for
        good: settle it with the reason. Else it waits, and all of them when the server is at
        fault.
        """
        with self.database.writing() as session:
            entry = take_one(session, CLASSES, self.clinic.key, now=now, hold=HOLD)
        if entry is None:
            return Progress()
        with self.database.reading() as session:
            prepared = self._prepare(session, entry, now)
        if isinstance(prepared, str):
            return self._end(entry, prepared, now)
        try:
            self.mailbox.send(prepared.composed.message)
        except EmailRefused as error:
            return self._end(entry, str(error), now)
        except MailError as error:
            return self._put_off(entry, error, now)
        return self._sent(entry, prepared, now)

    def _prepare(self, session: Session, entry: OutboxEntry, now: datetime) -> Prepared | str:
        """Return the mail, or why none may go out. Fails closed."""
        lead = session.get_one(Lead, entry.lead_id)
        if silence := _silence(lead):
            return f"{NOT_ALLOWED}{silence}"
        today = now.astimezone(self.clinic.time_zone).date()
        consent = consent_of(session, lead)
        ruling = may_send(
            CLASSES[entry.topic], consent_facts(session, consent, self.clinic, now=now), on=today
        )
        if not ruling.allowed or not lead.email or not lead.salt:
            return f"{NOT_ALLOWED}{ruling.ground}"
        if self._sent_lately(session, lead, now) >= MOST_FIRST_A_DAY:
            return f"{NOT_ALLOWED}{MOST_FIRST_A_DAY} mails went to this address within a day"
        return Prepared(
            compose(self._letter(session, consent, entry, now), self.clinic, now=now), ruling
        )

    def _sent_lately(self, session: Session, lead: Lead, now: datetime) -> int:
        """Return how many mails of any kind went to the address within a day, whoever ordered them
        (`callback.mail_share`).
        """
        same_address = Lead.email_hash == lead.email_hash if lead.email_hash else Lead.id == lead.id
        lately = select(func.count()).select_from(MailSent).join(Lead, Lead.id == MailSent.lead_id)
        day = MailSent.sent_at > now - timedelta(days=1), MailSent.sent_at <= now + CLOCKS_DIFFER
        return session.scalar(lately.where(Lead.clinic == lead.clinic, same_address, *day)) or 0

    def _letter(
        self, session: Session, consent: PersonConsent, entry: OutboxEntry, now: datetime
    ) -> Letter:
        lead = consent.lead
        known_by = mail_id(session, lead, entry)
        if entry.topic is Topic.LINK:
            return link(lead, link_token(lead), public_url=self.public_url, id=known_by)
        receipt = receipt_of(consent)
        return acknowledgement(
            lead, receipt, self.clinic, public_url=self.public_url, id=known_by, now=now
        )

    def _sent(self, entry: OutboxEntry, prepared: Prepared, now: datetime) -> Progress:
        with self.database.writing() as session:
            if settle_one(session, entry.id, now=now):
                session.add(_record(entry, prepared, now))
        log.info(
            "mail sent",
            extra={"entry": entry.id, "about": entry.topic.value, "attempts": entry.attempts},
        )
        return Progress(done=1)

    def _end(self, entry: OutboxEntry, problem: str, now: datetime) -> Progress:
        with self.database.writing() as session:
            settle_one(session, entry.id, now=now, problem=problem)
        log.warning("mail not sent", extra={"entry": entry.id, "about": entry.topic.value})
        return Progress(done=1)

    def _put_off(self, entry: OutboxEntry, error: MailError, now: datetime) -> Progress:
        if entry.attempts >= MOST_ATTEMPTS:
            return self._end(entry, f"Given up after {entry.attempts} attempts. {error}", now)
        with self.database.writing() as session:
            put_off(session, entry.id, now + wait_after(entry.attempts, self.jitter()), str(error))
        log.warning("mail put off", extra={"entry": entry.id, "reason": type(error).__name__})
        if isinstance(error, NotNow):
            return Progress(done=1)
        return Progress(not_before=now + LOOK_AGAIN, problem=str(error))


def settle_without_server(database: Database, clinic: Clinic, now: datetime) -> Progress:
    """End what has waited for a day where no mail server is configured, so that it does not go out
    weeks later.
    """
    with database.writing() as session:
        ended = settle_untried(
            session,
            CLASSES,
            clinic.key,
            before=now - UNTRIED_FOR,
            now=now,
            problem="No mail server was configured; set INTAKE_SMTP_URL.",
        )
    if ended:
        log.warning(
            "mail not sent", extra={"entries": ended, "reason": "no mail server is configured"}
        )
    return Progress(done=0, not_before=now + LOOK_AGAIN)


def _silence(lead: Lead) -> str | None:
    """Why nothing goes out for this record, whatever was agreed to."""
    if lead.erased_at:
        return "the person was erased"
    if lead.restricted_at:
        return "the record is locked"
    return "the request is held back until staff look at it" if lead.hold_reason else None


def wait_after(attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after so many attempts: doubling, with *jitter* (0 to 1)."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT) * (0.5 + jitter / 2)


def _record(entry: OutboxEntry, prepared: Prepared, now: datetime) -> MailSent:
    ruling, composed = prepared.ruling, prepared.composed
    return MailSent(
        entry_id=entry.id,
        lead_id=entry.lead_id,
        message=entry.topic.value,
        message_class=CLASSES[entry.topic].value,
        ground=ruling.ground,
        consent_event_id=ruling.consent_event_id,
        template_sha256=composed.template_sha256,
        message_id=str(composed.message["Message-ID"]),
        sent_at=now,
    )
