"""Agreements whose address nobody verified: anybody can type a stranger's address into a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.fold import GIVING
from intake.consent.state import agreements
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


def unverified(session: Session, statements: Sequence[ConsentStatement], since: datetime) -> AllUnverified:
    """Requests that agreed since then without the address having been confirmed for them."""
    ids = [one.id for one in statements]
    verified = select(ConsentEvent.lead_id).where(
        ConsentEvent.decision == Decision.VERIFIED, ConsentEvent.statement_id.in_(ids)
    )
    agreed = (
        ConsentEvent.decision.in_(GIVING), ConsentEvent.statement_id.in_(ids), ConsentEvent.recorded_at >= since,
        ConsentEvent.lead_id.not_in(verified),
    )  # fmt: skip
    found = set(session.scalars(select(ConsentEvent.lead_id).where(*agreed)))  # numbers alone, in one go of the index
    newest = sorted(found, reverse=True)[:SHOWN]
    leads = session.scalars(select(Lead).where(Lead.id.in_(newest)).order_by(Lead.id.desc())).all()
    still = agreements(session, newest)
    return AllUnverified(len(found), [Unverified(lead, frozenset(still.get(lead.id, ()))) for lead in leads])
