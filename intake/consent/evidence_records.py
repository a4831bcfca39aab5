"""The sealed records that a pack tells of: answers, requests as they stand, restarts of the log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.consent.record import KIND
from intake.consent.request_record import KIND as REQUEST
from intake.consent.request_record import bound_values
from intake.db import batched
from intake.ledger import field_salt
from intake.ledger.pack import Opening
from intake.ledger.restarts import KIND as RESTART
from intake.models import ConsentEvent, Lead, LedgerEntry, LedgerPosition

AT_ONCE = 500
KINDS = (KIND, REQUEST)


@dataclass(frozen=True)
class Sealed:
    """A record with its place, and what opens its commitments."""

    position: int
    canonical: bytes
    openings: Mapping[str, Opening] = field(default_factory=dict)
    events: Sequence[ConsentEvent] = ()
    """The answers that it tells of."""

    def joined(self, other: Self | None) -> Self:
        """Return the two as one, where *other* tells of the same record."""
        if other is None:
            return self
        return replace(
            self, openings={**other.openings, **self.openings}, events=[*other.events, *self.events]
        )


def sealed_events(session: Session, lead_ids: Sequence[int], size: int) -> list[Sealed]:
    """Return the answers on these requests that have a place among the first *size* records."""
    found: dict[int, Sealed] = {}
    for some in batched(lead_ids, AT_ONCE):
        rows = session.execute(
            select(ConsentEvent, LedgerPosition.position, LedgerEntry.canonical, LedgerEntry.kind)
            .join(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
            .join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
            .where(ConsentEvent.lead_id.in_(some), LedgerPosition.position < size)
            .options(joinedload(ConsentEvent.opening), joinedload(ConsentEvent.lead))
            .order_by(LedgerPosition.position, ConsentEvent.id)
        )
        for event, position, canonical, kind in rows:
            # Asked for the kind, SQLite would begin with every consent record there is
            if kind in KINDS:
                values = event.opening.values if event.opening else {}
                one = Sealed(position, canonical, _openings(event.lead, values, canonical), [event])
                found[position] = one.joined(found.get(position))
    return list(found.values())


def sealed_requests(session: Session, lead_ids: Sequence[int], size: int) -> list[Sealed]:
    """Return the newest record of each of these requests, where it has a place among the first
    *size* records.
    """
    found: list[Sealed] = []
    for some in batched(lead_ids, AT_ONCE):
        rows = session.execute(
            select(Lead, LedgerPosition.position, LedgerEntry.canonical)
            .join(LedgerEntry, LedgerEntry.leaf == Lead.bound_leaf)
            .join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
            .where(Lead.id.in_(some), LedgerPosition.position < size)
        )
        for lead, position, canonical in rows:
            # Every value that stands there now: one that was bound by nothing must be noticed as
            # well
            found.append(Sealed(position, canonical, _opened(lead, bound_values(lead))))
    return found


def sealed_restarts(session: Session, size: int) -> list[Sealed]:
    """Return every restart of the log: whoever looks into a pack is to know of each."""
    rows = session.execute(
        select(LedgerPosition.position, LedgerEntry.canonical)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosition.entry_id)
        .where(LedgerEntry.kind == RESTART, LedgerPosition.position < size)
    )
    return [Sealed(position, canonical) for position, canonical in rows]


def _openings(lead: Lead, values: Mapping[str, str], canonical: bytes) -> dict[str, Opening]:
    """Return what opens the commitments in a record."""
    bound = json.loads(canonical).get("person") or {}
    return {name: opening for name, opening in _opened(lead, values).items() if bound.get(name)}


def _opened(lead: Lead, values: Mapping[str, str]) -> dict[str, Opening]:
    """Return each value with the salt of its field; nothing where the person was erased."""
    if lead.salt is None:
        return {}
    return {name: Opening(value, field_salt(lead.salt, name)) for name, value in values.items()}
