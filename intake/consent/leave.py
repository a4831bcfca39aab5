"""A request leaves its address: it gets another one, or its person is erased. A no goes along; a yes does not.

Anybody could have an address changed by phone, and the new one may be a stranger's: so an agreement, and that somebody
confirmed the former address, count for the former address alone. A no can only spare somebody mail. It counts for the
new address too, and for the other requests with the former one, from whose events it would vanish with this request.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.ended import CARRIED
from intake.consent.fold import FORMER_ADDRESS, Key, Standing, fold
from intake.consent.hashes import note_hashes
from intake.consent.record import Manner, record
from intake.consent.state import events_of_person, standings
from intake.consent.suppression import suppress
from intake.consent.token import key_of, link_token
from intake.models import ConsentEvent, ConsentStatement, Decision, Lead

SAYS_NO = (Decision.REFUSED, Decision.WITHDRAWN)
CORRECTED = Manner("address corrected", FORMER_ADDRESS, "none", "staff", "staff", "")


def change_address(
    session: Session, lead: Lead, email: str | None, *, address_key: bytes, now: datetime, reason: str
) -> None:
    """Give *lead* another address, or none.

    1. Whoever else asked with the former address keeps what was withdrawn on this request.
    2. The log says, for everything this request was asked, that its answers were to the former address.
    3. Links in mails to the former address end.
    4. What was refused or withdrawn is recorded again, for the new address.
    """
    before = standings(session, lead)
    keep_withdrawals(session, lead, now=now)
    for statement in _asked(session, lead):
        record(session, lead, statement, Decision.INVALIDATED, CORRECTED, now=now, reason=reason)
    session.flush()
    lead.email = email
    note_hashes(lead, address_key)
    lead.link_round += 1
    lead.consent_key = key_of(link_token(lead)) if lead.salt else None
    session.flush()
    for (purpose, _), standing in _refusals(before).items():
        words = session.get_one(ConsentEvent, standing.event).statement
        record(session, lead, words, standing.decision, _carried(standing), now=now, occurred_at=standing.since)
        if standing.decision is Decision.WITHDRAWN:
            suppress(session, lead, {purpose}, now=now)
    session.flush()


def keep_withdrawals(session: Session, lead: Lead, *, now: datetime) -> None:
    """Record on another request of the same address what was withdrawn on *lead*, which is about to leave it."""
    stands, rest = standings(session, lead), [e for e in events_of_person(session, lead) if e.lead_id != lead.id]
    if not rest:
        return
    heir, left = session.get_one(Lead, max(event.lead_id for event in rest)), fold(rest)
    for key, standing in stands.items():
        stays = left.get(key)
        if standing.decision is Decision.WITHDRAWN and (stays is None or stays.decision is not Decision.WITHDRAWN):
            words = session.get_one(ConsentEvent, standing.event).statement
            record(session, heir, words, Decision.WITHDRAWN, _carried(standing), now=now, occurred_at=standing.since)
    session.flush()


def _carried(standing: Standing) -> Manner:
    """What ended nothing then ends nothing now."""
    return replace(CARRIED, default_state=Decision.REFUSED) if standing.ended_nothing else CARRIED


def _asked(session: Session, lead: Lead) -> list[ConsentStatement]:
    asked = select(ConsentStatement).join(ConsentEvent, ConsentEvent.statement_id == ConsentStatement.id)
    return list(session.scalars(
        asked.where(ConsentEvent.lead_id == lead.id).distinct().order_by(ConsentStatement.id)))  # fmt: skip


def _refusals(stands: Mapping[Key, Standing]) -> dict[Key, Standing]:
    return {key: one for key, one in stands.items() if one.decision in SAYS_NO}
