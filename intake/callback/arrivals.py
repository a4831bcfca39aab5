"""What came before a request, as far as it says whether a machine is at work: one query that answers everything.

A burst is measured by what is usual here: more requests within an hour than on a whole day of the last four weeks. The
usual number is worked out by the relay and kept in one row, because counting four weeks is too slow for each request.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, false, func, or_, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.limits import CLOCKS_DIFFER
from intake.models import InstallationFact, Lead, OutboxEntry, Topic
from intake.outbox import Progress

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
DAYS_LOOKED_AT = 28
LEAST = 60
"""Requests within an hour that are no burst anywhere, however quiet the days are: after a newsletter, for example."""
MOST_COUNTED = 2_000
"""More than that within an hour is a burst anywhere, and is not counted further: counting stays quick in an attack."""
LOOK_EVERY = timedelta(minutes=15)
BURST = "burst"
"""Why a request is held that came in a burst; such requests prolong it, what was held for its own sake does not."""


@dataclass(frozen=True)
class Arrivals:
    """How many requests came before this one."""

    for_number: int
    """For the same phone number within a day."""
    lately: int
    """Within an hour, `MOST_COUNTED` at most."""
    usual: int
    """On a usual day."""
    mails: int
    """Acknowledgements that were ordered to the same address within a day, and were sent or still wait."""

    @property
    def is_burst(self) -> bool:
        """Whether more came within the hour than on a usual day."""
        return self.lately >= min(max(self.usual, LEAST), MOST_COUNTED)


def arrivals_before(session: Session, clinic: str, phone: str, email_hash: str | None, *, now: datetime) -> Arrivals:
    """What came before a request for *phone* and the address of *email_hash*."""
    ours = Lead.clinic == clinic
    number = select(func.count()).where(ours, Lead.phone == phone, within(Lead.received_at, A_DAY, now))
    hour = (
        select(Lead.id)
        .where(ours, within(Lead.received_at, AN_HOUR, now), or_(Lead.held_for.is_(None), Lead.held_for == BURST))
        .limit(MOST_COUNTED)
        .subquery()
    )
    usual = select(InstallationFact.value).where(InstallationFact.name == _fact(clinic))
    found = session.execute(
        select(
            number.scalar_subquery(),
            select(func.count()).select_from(hour).scalar_subquery(),
            usual.scalar_subquery(),
            _mails(ours, email_hash, now).scalar_subquery(),
        )
    ).one()
    return Arrivals(found[0], found[1], int(found[2] or 0), found[3])


def within(at: SQLColumnExpression[datetime], span: timedelta, now: datetime) -> ColumnElement[bool]:
    """Return whether *at* lies in the *span* before now; a later time was noted before the clock was set back."""
    return and_(at > now - span, at <= now + CLOCKS_DIFFER)


def note_usual_day(database: Database, clinic: Clinic, now: datetime) -> Progress:
    """Work out how many requests a usual day brings, and keep it; a step of the relay."""
    with database.writing() as session:
        came = select(func.count()).where(
            Lead.clinic == clinic.key, Lead.held_for.is_(None), within(Lead.received_at, DAYS_LOOKED_AT * A_DAY, now)
        )
        usual = str((session.scalar(came) or 0) // DAYS_LOOKED_AT)
        fact = session.get(InstallationFact, _fact(clinic.key))
        if fact is None:
            session.add(InstallationFact(name=_fact(clinic.key), value=usual))
        elif fact.value != usual:
            fact.value = usual
    return Progress(not_before=now + LOOK_EVERY)


def _mails(ours: ColumnElement[bool], email_hash: str | None, now: datetime) -> Select[int]:
    same_address = Lead.email_hash == email_hash if email_hash else false()
    return (
        select(func.count())
        .select_from(OutboxEntry)
        .join(Lead, Lead.id == OutboxEntry.lead_id)
        .where(ours, same_address, OutboxEntry.topic == Topic.ACKNOWLEDGEMENT)
        .where(within(Lead.received_at, A_DAY, now))
        .where(or_(OutboxEntry.delivered_at.is_(None), OutboxEntry.problem.is_(None)))
    )


def _fact(clinic: str) -> str:
    return f"usual:{clinic}"
