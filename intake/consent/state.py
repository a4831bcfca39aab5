"""Where a person's consent stands now. A person is whoever asked with the same address; without one, the request."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from intake.consent.fold import FORMER_ADDRESS, Key, Standing, Standings, Told, fold
from intake.db import batched
from intake.models import ConsentEvent, Decision, Lead, Purpose

__all__ = ["Key", "Standing", "Standings", "agreements", "events_of_person", "events_seen_by", "is_verified",
           "person_of", "standings", "standings_of", "standings_seen_by"]  # fmt: skip

FOLDED = (
    ConsentEvent.id, ConsentEvent.lead_id, ConsentEvent.purpose, ConsentEvent.channel, ConsentEvent.decision,
    ConsentEvent.basis, ConsentEvent.control, ConsentEvent.occurred_at, ConsentEvent.default_state,
)  # fmt: skip
ENDS = (Decision.WITHDRAWN, Decision.INVALIDATED)

Whose = tuple[str, str] | int
"""Clinic and address hash, or the lead that has none."""


def person_of(session: Session, lead: Lead) -> Sequence[int]:
    """The ids of every request of *lead*'s person at the clinic, oldest first."""
    if lead.email_hash is None:
        return [lead.id]
    same = (Lead.clinic == lead.clinic, Lead.email_hash == lead.email_hash)
    return session.scalars(select(Lead.id).where(*same).order_by(Lead.id)).all()


def standings(session: Session, lead: Lead) -> Standings:
    """What stands for *lead*'s person, by purpose and channel."""
    return fold(events_of_person(session, lead))


def events_of_person(session: Session, lead: Lead) -> list[Told]:
    """Everything that was recorded of *lead*'s person, in the order of the log."""
    return _told(session, ConsentEvent.lead_id.in_(person_of(session, lead)))


def events_seen_by(session: Session, lead: Lead) -> list[Told]:
    """The events that the holder of *lead*'s page may be told of.

    Anybody can ask with a stranger's address and is shown a page for it. Until that address is verified for this
    request, its page tells what this request answered and whether that was ended since, and nothing of other requests.
    """
    person = ConsentEvent.lead_id.in_(person_of(session, lead))
    if is_verified(session, lead):
        return _told(session, person)
    own = _told(session, ConsentEvent.lead_id == lead.id)
    since = min((event.id for event in own), default=0)
    asked = {(event.purpose, event.channel) for event in own}
    ended = _told(session, and_(person, ConsentEvent.lead_id != lead.id, ConsentEvent.id > since,
                                ConsentEvent.decision.in_(ENDS)))  # fmt: skip
    seen = [*own, *(event for event in ended if (event.purpose, event.channel) in asked)]
    return sorted(seen, key=lambda event: event.id)


def standings_seen_by(session: Session, lead: Lead) -> Standings:
    """What stands, as far as the holder of *lead*'s page may be told."""
    return fold(events_seen_by(session, lead))


def is_verified(session: Session, lead: Lead) -> bool:
    """Whether somebody who reads the mailbox of *lead*'s present address confirmed this request."""
    of_lead = ConsentEvent.lead_id == lead.id
    left = select(func.coalesce(func.max(ConsentEvent.id), 0)).where(of_lead, ConsentEvent.control == FORMER_ADDRESS)
    confirmed = (of_lead, ConsentEvent.decision == Decision.VERIFIED, ConsentEvent.id > left.scalar_subquery())
    return session.scalars(select(ConsentEvent.id).where(*confirmed).limit(1)).first() is not None


def standings_of(session: Session, lead_ids: Collection[int]) -> dict[int, Standings]:
    """What stands for the person of each lead."""
    whose: dict[int, Whose] = {}
    for some in batched(lead_ids):
        whose |= _whose(session, Lead.id.in_(some))
    members = dict(whose)
    for addresses in batched({one[1] for one in whose.values() if not isinstance(one, int)}):
        members |= _whose(session, Lead.email_hash.in_(addresses))
    events: dict[Whose, list[Told]] = defaultdict(list)
    for some in batched(members):
        for event in _told(session, ConsentEvent.lead_id.in_(some)):
            events[members[event.lead_id]].append(event)
    folded = {one: fold(sorted(told, key=lambda event: event.id)) for one, told in events.items()}
    return {lead_id: folded.get(one, {}) for lead_id, one in whose.items()}


def agreements(session: Session, lead_ids: Collection[int]) -> dict[int, set[Purpose]]:
    """By lead, what its person agreed to and still does, be it express or implied."""
    stands = standings_of(session, lead_ids)
    return {lead_id: _given(stands.get(lead_id, {})) for lead_id in lead_ids}


def _given(standings: Standings) -> set[Purpose]:
    return {purpose for (purpose, _), standing in standings.items() if standing.is_given}


def _whose(session: Session, which: ColumnElement[bool]) -> dict[int, Whose]:
    found = session.execute(select(Lead.id, Lead.clinic, Lead.email_hash).where(which))
    return {lead_id: (clinic, address) if address else lead_id for lead_id, clinic, address in found}


def _told(session: Session, which: ColumnElement[bool]) -> list[Told]:
    found = session.execute(
        select(*FOLDED).where(which, ConsentEvent.decision != Decision.SHOWN).order_by(ConsentEvent.id)
    )
    return [Told(*row) for row in found]
