"""Addresses that a former release hashed by full case folding get the hash of their own mailbox.

Only addresses with letters outside of ASCII can have had another hash. A withdrawal that stands on
a request goes onto the suppression list under the new hash as well; the former row stays, for
whoever was erased meanwhile. The step needs the key, which is kept outside the database: so it is
no migration, and it may be taken any number of times.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.hashes import note_hashes
from intake.consent.person_consent import standings_of
from intake.consent.suppression import suppress
from intake.models import Decision, Lead

NOT_ASCII = r"[^\x01-\x7f]"


def rehash(session: Session, address_key: bytes, *, now: datetime) -> int:
    """Hash the addresses anew whose hash is another one now; returns how many."""
    others = (
        select(Lead)
        .where(Lead.email_hash.is_not(None), Lead.email.regexp_match(NOT_ASCII))
        .order_by(Lead.id)
    )
    moved = [lead for lead in session.scalars(others) if note_hashes(lead, address_key)]
    session.flush()
    _keep_withdrawals(session, moved, now)
    return len(moved)


def _keep_withdrawals(session: Session, moved: Sequence[Lead], now: datetime) -> None:
    stands = standings_of(session, [lead.id for lead in moved])
    for lead in moved:
        withdrawn = {
            purpose
            for (purpose, _), standing in stands.get(lead.id, {}).items()
            if standing.decision is Decision.WITHDRAWN
        }
        suppress(session, lead, withdrawn, now=now)
