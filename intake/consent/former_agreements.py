"""What the same person agreed to before, so that agreeing again is recorded as what it is."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.consent.fold import Key, fold
from intake.db import unindexed
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead

Earlier = Mapping[Key, ConsentEvent]
"""The newest event by which a person agrees to something, by purpose and channel."""


def agreements_of(
    session: Session, clinic: str, addresses: Collection[str]
) -> Mapping[str, Earlier]:
    """Return what the person behind each of *addresses* (hashes) agrees to until now; one statement
    for all of them.

    Whether the address was verified does not matter here: what is recorded is what was agreed to,
    again or anew.
    """
    told: dict[str, dict[int, ConsentEvent]] = defaultdict(dict)
    for address, event in session.execute(
        select(Lead.email_hash, ConsentEvent)
        .join(ConsentEvent, ConsentEvent.lead_id == Lead.id)
        .where(unindexed(Lead.clinic) == clinic, Lead.email_hash.in_(addresses))
        .where(ConsentEvent.decision.not_in((Decision.SHOWN, Decision.VERIFIED)))
        .options(joinedload(ConsentEvent.statement))
        .order_by(ConsentEvent.id)
    ):
        told[address or ""][event.id] = event
    return {
        address: {
            key: events[one.event] for key, one in fold(events.values()).items() if one.is_given
        }
        for address, events in told.items()
    }


def is_replaced(before: ConsentEvent, statement: ConsentStatement) -> bool:
    """Return whether agreeing to *statement* takes the place of *before*: newer words, and no
    weaker way of agreeing.
    """
    is_newer = (before.statement_version or 0) < statement.version
    return is_newer and (statement.basis is Basis.EXPRESS or before.basis is Basis.IMPLIED)
