"""Implied consents that run out: a request for a call counts as an inquiry for six months (CASL s.
10(10)(e)).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from intake.config import Clinic
from intake.consent.may_send import INQUIRY
from intake.consent.person_consent import standings_of
from intake.models import Basis, ConsentEvent, Decision, Lead, Purpose

SHOWN = 50
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Ending:
    """An agreement that was implied by a request, and the last day on which it counts."""

    lead: Lead
    last_day: date
    still: frozenset[Purpose]
    """What is still agreed to by implication alone."""


@dataclass(frozen=True)
class Endings:
    """The next ones, and how many in all."""

    total: int
    next: Sequence[Ending]


def endings(session: Session, clinic: Clinic, *, now: datetime) -> Endings:
    """Requests whose implied consent runs out within thirty days, and whose person did not ask
    again since.
    """
    which = _running_out(clinic, now)
    total = session.scalar(select(func.count()).select_from(Lead).where(*which)) or 0
    leads = session.scalars(
        select(Lead).where(*which).order_by(Lead.received_at, Lead.id).limit(SHOWN)
    ).all()
    stands = standings_of(session, [lead.id for lead in leads])
    return Endings(
        total,
        [
            Ending(
                lead,
                lead.received_at.astimezone(clinic.time_zone).date() + INQUIRY,
                frozenset(
                    purpose
                    for (purpose, _), standing in stands.get(lead.id, {}).items()
                    if standing.is_given and standing.basis is Basis.IMPLIED
                ),
            )
            for lead in leads
        ],
    )


def _running_out(clinic: Clinic, now: datetime) -> list[ColumnElement[bool]]:
    today = now.astimezone(clinic.time_zone).date()
    first, after = today - INQUIRY, today + SOON - INQUIRY + timedelta(days=1)
    start, end = (datetime.combine(day, time(), clinic.time_zone) for day in (first, after))
    later = aliased(Lead)
    implied = exists().where(
        ConsentEvent.lead_id == Lead.id,
        ConsentEvent.decision == Decision.GIVEN,
        ConsentEvent.basis == Basis.IMPLIED,
    )
    asked_again = exists().where(
        later.email_hash == Lead.email_hash,
        later.clinic == Lead.clinic,
        later.received_at > Lead.received_at,
    )
    return [
        Lead.clinic == clinic.key,
        Lead.received_at >= start,
        Lead.received_at < end,
        Lead.email_hash.is_not(None),
        implied,
        ~asked_again,
    ]
