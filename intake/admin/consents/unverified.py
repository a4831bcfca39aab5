"""Agreements whose address nobody verified: anybody can type a stranger's address into a form.

As for every ruling on mail (`PersonConsent.is_verified`), a confirmation counts for the address
that the request had then: one whose address was corrected since is listed again, until its new
address is confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from intake.consent.fold import FORMER_ADDRESS, GIVING
from intake.consent.person_consent import agreements
from intake.db import batched
from intake.models import ConsentEvent, ConsentStatement, Decision, Lead, Purpose

SHOWN = 50


@dataclass(frozen=True)
class Unverified:
    """A request that agreed to something, and what its person still agrees to."""

    lead: Lead
    still: frozenset[Purpose]


@dataclass(frozen=True)
class AllUnverified:
    """The newest ones, and how many in all."""

    total: int
    newest: Sequence[Unverified]


def unverified(
    session: Session, statements: Sequence[ConsentStatement], since: datetime
) -> AllUnverified:
    """Requests that agreed since then without their present address having been confirmed for
    them.
    """
    whose = ConsentEvent.statement_id.in_([one.id for one in statements])
    agreed = select(ConsentEvent.lead_id).where(
        ConsentEvent.decision.in_(GIVING), whose, ConsentEvent.recorded_at >= since
    )
    verified = select(ConsentEvent.lead_id).where(ConsentEvent.decision == Decision.VERIFIED, whose)
    # Numbers alone, in one go of the index; the few that were corrected are looked at one by one
    found = set(session.scalars(agreed.where(ConsentEvent.lead_id.not_in(verified))))
    for some in batched(_confirmed_before_correction(session, whose)):
        found.update(session.scalars(agreed.where(ConsentEvent.lead_id.in_(some))))
    newest = sorted(found, reverse=True)[:SHOWN]
    leads = session.scalars(select(Lead).where(Lead.id.in_(newest)).order_by(Lead.id.desc())).all()
    still = agreements(session, newest)
    return AllUnverified(
        len(found), [Unverified(lead, frozenset(still.get(lead.id, ()))) for lead in leads]
    )


def _confirmed_before_correction(session: Session, whose: ColumnElement[bool]) -> set[int]:
    """The requests whose last confirmation was of an address that was corrected since."""
    last = (
        select(ConsentEvent.lead_id, func.max(ConsentEvent.id))
        .where(whose)
        .group_by(ConsentEvent.lead_id)
    )
    corrected = (
        ConsentEvent.decision == Decision.INVALIDATED,
        ConsentEvent.control == FORMER_ADDRESS,
    )
    left = {row[0]: row[1] for row in session.execute(last.where(*corrected))}
    found = set[int]()
    for some in batched(left):
        confirmed = session.execute(
            last.where(ConsentEvent.lead_id.in_(some), ConsentEvent.decision == Decision.VERIFIED)
        )
        found.update(lead_id for lead_id, event in confirmed if event < left[lead_id])
    return found
