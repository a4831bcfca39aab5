"""A person's consent: everything that was recorded of them, read once and folded once.

A person is whoever asked with the same address; without one, the request. Whoever decides something
reads it inside of the transaction that writes, with the person held (`requests_by`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from intake.consent.fold import FORMER_ADDRESS, GIVING, ConsentState, PlainEvent, Standings, fold
from intake.db import batched, unindexed
from intake.models import ConsentEvent, ConsentStatement, Decision, Lead, Purpose

FOLDED = (
    ConsentEvent.id,
    ConsentEvent.lead_id,
    ConsentEvent.purpose,
    ConsentEvent.channel,
    ConsentEvent.decision,
    ConsentEvent.basis,
    ConsentEvent.control,
    ConsentEvent.occurred_at,
    ConsentEvent.default_state,
)
ENDS = (Decision.WITHDRAWN, Decision.INVALIDATED)
ANSWERS = (*GIVING, Decision.REFUSED)

Whose = tuple[str, str] | int
"""Clinic and address hash, or the lead that has none."""


@dataclass(frozen=True)
class PersonConsent:
    """What a person said on consent, as one of their requests looks at it.

    What stands counts for all requests of the person. What the holder of a request's page may be
    told is less: anybody can ask with a stranger's address and is shown a page for it. Until that
    address is verified for this request, its page tells what this request answered and whether that
    was ended since, and nothing of other requests.
    """

    lead: Lead
    events: Sequence[ConsentEvent]
    """All of the person's, in the order of the log; not that they were shown something."""

    @cached_property
    def stands(self) -> Standings:
        """Return what stands for the person, by purpose and channel."""
        return fold(self.events)

    @cached_property
    def seen(self) -> Sequence[ConsentEvent]:
        """The events that the holder of the request's page may be told of."""
        if self.is_verified:
            return self.events
        since = min((event.id for event in self.own), default=0)
        asked = {(event.purpose, event.channel) for event in self.own}
        return [
            event
            for event in self.events
            if event.lead_id == self.lead.id
            or (
                event.id > since
                and event.decision in ENDS
                and (event.purpose, event.channel) in asked
            )
        ]

    @cached_property
    def stands_as_seen(self) -> Standings:
        """Return what stands, as far as the holder of the request's page may be told."""
        return self.stands if self.seen is self.events else fold(self.seen)

    @cached_property
    def is_verified(self) -> bool:
        """Whether somebody who reads the mailbox of the request's present address confirmed this
        request.
        """
        left = max((event.id for event in self.own if event.control == FORMER_ADDRESS), default=0)
        return any(event.decision is Decision.VERIFIED and event.id > left for event in self.own)

    @cached_property
    def own(self) -> Sequence[ConsentEvent]:
        """The events of this very request."""
        return [event for event in self.events if event.lead_id == self.lead.id]

    @property
    def answers(self) -> Sequence[ConsentEvent]:
        """Return what the form of this request was answered."""
        return [event for event in self.own if event.source == "form" and event.decision in ANSWERS]

    @property
    def agreed_to(self) -> set[Purpose]:
        """Return what the person agreed to and still does, be it express or implied."""
        return _agreed_to(self.stands)

    def words_of(self, standing: ConsentState) -> ConsentStatement | None:
        """Return the words that were answered by the event on which *standing* rests."""
        return self.event(standing.event).statement

    def event(self, event_id: int) -> ConsentEvent:
        """Return the person's event with this id."""
        return next(event for event in self.events if event.id == event_id)

    def after(self, events: Iterable[ConsentEvent]) -> "PersonConsent":
        """Return what is known once *events* of the person were recorded as well."""
        return PersonConsent(self.lead, [*self.events, *events])


def consent_of(session: Session, lead: Lead) -> PersonConsent:
    """Return the consent of *lead*'s person; one statement, which brings the words as well."""
    events = session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.lead_id.in_(requests_of_person(lead)),
            ConsentEvent.decision != Decision.SHOWN,
        )
        .options(joinedload(ConsentEvent.statement))
        .order_by(ConsentEvent.id)
    )
    return PersonConsent(lead, events.all())


def requests_by(
    session: Session,
    column: InstrumentedAttribute[Any],
    value: object,
    clinic: str,
    *,
    hold: bool = False,
) -> Sequence[Lead]:
    """Return the request whose *column*, which is unique, has this *value*, then the others of its
    person, oldest first.

    With *hold*, whoever else wants to hold the person waits until this transaction ends: two
    presses at one moment are decided one after the other. SQLite has one writer and needs no lock.
    """
    first, other = aliased(Lead), aliased(Lead)
    of_first = (getattr(first, column.key) == value, first.clinic == clinic)
    same_person = and_(
        other.email_hash == first.email_hash, unindexed(other.clinic) == first.clinic
    )
    ids = union(
        select(first.id).where(*of_first),
        select(other.id).join(first, same_person).where(*of_first),
    )
    wanted = (
        select(Lead)
        .where(Lead.id.in_(ids))
        .order_by(Lead.id)
        .execution_options(populate_existing=hold)
    )
    found = session.scalars(wanted.with_for_update(key_share=True) if hold else wanted).all()
    # As they stand once they are held: while we waited, the address may have been corrected or the
    # person erased
    lead = next((one for one in found if getattr(one, column.key) == value), None)
    if lead is None:
        return []
    return [lead, *(one for one in found if one is not lead and one.email_hash == lead.email_hash)]


def requests_of_person(lead: Lead) -> Select[int]:
    """Return the query for the ids of every request of *lead*'s person at the clinic."""
    if lead.email_hash is None:
        return select(Lead.id).where(Lead.id == lead.id)
    return select(Lead.id).where(
        unindexed(Lead.clinic) == lead.clinic, Lead.email_hash == lead.email_hash
    )


def person_of(session: Session, lead: Lead) -> Sequence[int]:
    """Return the ids of every request of *lead*'s person at the clinic, oldest first."""
    return session.scalars(requests_of_person(lead).order_by(Lead.id)).all()


def standings_of(session: Session, lead_ids: Collection[int]) -> dict[int, Standings]:
    """Return what stands for the person of each lead; for very many, because it reads nothing
    else.
    """
    whose: dict[int, Whose] = {}
    for some in batched(lead_ids):
        whose |= _whose(session, Lead.id.in_(some))
    members = dict(whose)
    for addresses in batched({one[1] for one in whose.values() if not isinstance(one, int)}):
        members |= _whose(session, Lead.email_hash.in_(addresses))
    events: dict[Whose, list[PlainEvent]] = defaultdict(list)
    for some in batched(members):
        told = select(*FOLDED).where(
            ConsentEvent.lead_id.in_(some), ConsentEvent.decision != Decision.SHOWN
        )
        for event in session.execute(told):
            events[members[event.lead_id]].append(PlainEvent(*event))
    folded = {one: fold(sorted(told, key=lambda event: event.id)) for one, told in events.items()}
    return {lead_id: folded.get(one, {}) for lead_id, one in whose.items()}


def agreements(session: Session, lead_ids: Collection[int]) -> dict[int, set[Purpose]]:
    """Return what the person of each lead agreed to and still does, express or implied."""
    stands = standings_of(session, lead_ids)
    return {lead_id: _agreed_to(stands.get(lead_id, {})) for lead_id in lead_ids}


def _agreed_to(standings: Standings) -> set[Purpose]:
    return {purpose for (purpose, _), standing in standings.items() if standing.is_given}


def _whose(session: Session, which: ColumnElement[bool]) -> dict[int, Whose]:
    found = session.execute(select(Lead.id, Lead.clinic, Lead.email_hash).where(which))
    return {
        lead_id: (clinic, address) if address else lead_id for lead_id, clinic, address in found
    }
