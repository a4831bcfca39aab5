"""How many requests came before one, as far as that says whether a machine is at work.

A burst is measured by what is usual here: more requests within an hour than on a whole day of the
last four weeks. The usual number is worked out by the relay and kept in one row, because counting
four weeks is too slow for each request.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, select

from intake.config import Clinic
from intake.db import Database
from intake.limits import CLOCKS_DIFFER
from intake.models import InstallationFact, Lead
from intake.outbox import Progress

SAME_WITHIN = timedelta(minutes=15)
"""Answers that are the same within this time are one request."""
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
DAYS_LOOKED_AT = 28
LEAST = 60
"""Requests within an hour that are no burst anywhere, however quiet the days are: after a
newsletter, for example.
"""
MOST_COUNTED = 2_000
"""More than that within an hour is a burst anywhere, and is not counted further: counting stays
quick in an attack.
"""
LOOK_EVERY = timedelta(minutes=15)
BURST = "burst"
"""Why a request is held that came in a burst; such requests prolong it, what was held for its own
sake does not.
"""


@dataclass(frozen=True)
class EarlierRequests:
    """How many requests came before this one."""

    for_number: int
    """Requests for the same phone number within a day."""
    lately: int
    """Within an hour, counted up to what makes a burst."""
    usual: int
    """On a usual day."""
    mails: int
    """Acknowledgements that were ordered to the same address within a day, and were sent or still
    wait.
    """

    def after(self, others: int) -> "EarlierRequests":
        """Return what came before where *others* are stored in the same transaction first."""
        return replace(self, lately=self.lately + others)

    @property
    def is_burst(self) -> bool:
        """Whether more came within the hour than on a usual day."""
        return self.lately >= min(max(self.usual, LEAST), MOST_COUNTED)


def within(
    at: SQLColumnExpression[datetime], span: timedelta, now: datetime
) -> ColumnElement[bool]:
    """Return whether *at* lies in the *span* before now; a later time was noted before the clock
    was set back.
    """
    return and_(at > now - span, at <= now + CLOCKS_DIFFER)


def note_usual_day(database: Database, clinic: Clinic, now: datetime) -> Progress:
    """Work out how many requests a usual day brings, and keep it; a step of the relay."""
    with database.writing() as session:
        came = select(func.count()).where(
            Lead.clinic == clinic.key,
            Lead.hold_reason.is_(None),
            within(Lead.received_at, DAYS_LOOKED_AT * A_DAY, now),
        )
        usual = str((session.scalar(came) or 0) // DAYS_LOOKED_AT)
        fact = session.get(InstallationFact, fact_of(clinic.key))
        if fact is None:
            session.add(InstallationFact(name=fact_of(clinic.key), value=usual))
        elif fact.value != usual:
            fact.value = usual
    return Progress(not_before=now + LOOK_EVERY)


def fact_of(clinic: str) -> str:
    return f"usual:{clinic}"
