"""Withdrawals, and how long each took to take effect (CASL s. 11(3): without delay, ten business
days at most).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.ended_agreements import ENDED_SOMETHING
from intake.consent.staff_withdrawal import TERM
from intake.hours import business_days
from intake.models import ConsentEvent, ConsentStatement, Lead, Purpose

SHOWN = 50


@dataclass(frozen=True)
class Withdrawal:
    """One withdrawal: when the person said it, when it took effect, and what lies between."""

    lead: Lead
    purpose: Purpose | None
    by: str
    received_at: datetime
    effected_at: datetime
    minutes: float
    business_days: int

    @property
    def is_late(self) -> bool:
        """Over the term of the law."""
        return self.business_days > TERM


@dataclass(frozen=True)
class Times:
    """How many withdrawals a period has, and how long they took until they took effect."""

    total: int
    at_once: int
    """Took effect in the moment in which the person pressed the button."""
    late: int
    minutes: tuple[float, float, float]
    """Median, 95th percentile, longest."""
    business_days: tuple[int, int, int]
    """How many took each number of business days."""
    newest: Sequence[Withdrawal]


def withdrawal_times(
    session: Session, statements: Sequence[ConsentStatement], since: datetime, clinic: Clinic
) -> Times:
    """Return how fast the withdrawals recorded since then took effect, and the newest of them."""
    which = (
        *ENDED_SOMETHING,
        ConsentEvent.statement_id.in_([one.id for one in statements]),
        ConsentEvent.recorded_at >= since,
    )
    total = session.scalar(select(func.count()).select_from(ConsentEvent).where(*which)) or 0
    taken = session.execute(
        select(ConsentEvent.occurred_at, ConsentEvent.recorded_at).where(
            *which, ConsentEvent.occurred_at < ConsentEvent.recorded_at
        )
    ).all()
    minutes = sorted((recorded - occurred).total_seconds() / 60 for occurred, recorded in taken)
    pairs = Counter(
        (_day(clinic, occurred), _day(clinic, recorded)) for occurred, recorded in taken
    )
    days = sorted(  # each pair of days is counted once: it is slow, and there are few of them
        one for pair, times in pairs.items() for one in [business_days(clinic, *pair)] * times
    )
    at_once = total - len(taken)
    shares = (0.5, 0.95, 1)
    median, most, longest = (_at(minutes, at_once, share) for share in shares)
    median_days, most_days, longest_days = (_at(days, at_once, share) for share in shares)
    newest = (
        select(ConsentEvent.id).where(*which).order_by(ConsentEvent.recorded_at.desc()).limit(SHOWN)
    )
    rows = session.execute(
        select(ConsentEvent, Lead)
        .join(Lead, Lead.id == ConsentEvent.lead_id)
        .where(ConsentEvent.id.in_(newest))
        .order_by(ConsentEvent.recorded_at.desc(), ConsentEvent.id.desc())
    )
    return Times(
        total=total,
        at_once=at_once,
        late=sum(one > TERM for one in days),
        minutes=(median, most, longest),
        business_days=(int(median_days), int(most_days), int(longest_days)),
        newest=[_withdrawal(event, lead, clinic) for event, lead in rows],
    )


def _at(waits: Sequence[float], at_once: int, share: float) -> float:
    """Return the value below which *share* of all lies (nearest rank), where *at_once* more are
    nought.
    """
    rank = ceil(share * (len(waits) + at_once)) - at_once
    return waits[rank - 1] if rank > 0 else 0


def _withdrawal(event: ConsentEvent, lead: Lead, clinic: Clinic) -> Withdrawal:
    minutes = (event.recorded_at - event.occurred_at).total_seconds() / 60
    days = business_days(clinic, _day(clinic, event.occurred_at), _day(clinic, event.recorded_at))
    return Withdrawal(
        lead, event.purpose, event.method, event.occurred_at, event.recorded_at, minutes, days
    )


def _day(clinic: Clinic, at: datetime) -> date:
    return at.astimezone(clinic.time_zone).date()
