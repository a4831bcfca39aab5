"""Do the consent events still say what the ledger recorded of them, and does each still belong to
its request?

Every event of years is compared, so this is written for speed: rows are read as plain values, and
what the answers of a form have in common is worked out once.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import Session

from intake.consent.act import FACTS
from intake.consent.event_differences import commitments_to, differences_of
from intake.consent.fold import FORMER_ADDRESS
from intake.db import batched
from intake.ledger import stamp
from intake.models import (
    ConsentEvent,
    ConsentOpening,
    ConsentStatement,
    Decision,
    Lead,
    LedgerEntry,
)
from intake.plain_rows import plain_rows, remembered

PORTION = 20_000
NEARBY = 64
"""So much is remembered for the next rows: the answers of a form lie side by side and hold the same
values.
"""
NAMES = ("id", *FACTS, "occurred_at", "recorded_at")
DECISION = NAMES.index("decision")


class Stretch(NamedTuple):
    """The events with an id from *start* on and below *stop*; None where there is no limit."""

    start: int | None = None
    stop: int | None = None


@dataclass
class Compared:
    """What the comparison of a stretch of events leaves for later."""

    matched: int = 0
    """How many events have a record in the ledger."""
    entered: list[str] = field(default_factory=list)
    """Findings on what the person entered; they are told with those on people
    (`reconcile_people`).
    """


class _Entered(NamedTuple):
    """What the person of an event has on the request, and what opens the commitments of the event's
    record.
    """

    uid: str
    event_id: int
    lead_id: int
    email: str | None
    email_hash: str | None
    values: Mapping[str, str] | None

    @property
    def has_another_address(self) -> bool:
        return self.values is not None and self.values.get("email", "") != (self.email or "")


def reconcile_events(
    session: Session, clinic: str, stretch: Stretch, compared: Compared
) -> Iterator[str]:
    """Yield each difference in a sentence with its place; "" between two portions. Fills *compared*
    as well.
    """
    published = {one.id: one.sha256 for one in session.scalars(select(ConsentStatement))}
    opened = lru_cache(NEARBY)(json.loads)
    person = lru_cache(NEARBY)(lambda salt, written: commitments_to(salt, opened(written)))
    stamped = lru_cache(NEARBY)(stamp)
    suspects: list[_Entered] = []
    for count, row in enumerate(plain_rows(session, _events(stretch)), start=1):
        (
            canonical,
            event_id,
            statement_id,
            lead_id,
            ref,
            salt,
            its_clinic,
            email,
            email_hash,
            written,
        ) = row[:10]
        told = [*row[10:-2], *map(stamped, row[-2:])]
        uid = told[0]
        if canonical is None:
            yield f"consent event {uid}: its record is not in the ledger"
        else:
            compared.matched += 1
            bound = None if salt is None or written is None else person(salt, written)
            facts = dict(zip(NAMES, told, strict=True))
            for what in differences_of(
                facts, canonical, ref, published.get(statement_id or 0), bound
            ):
                yield f"consent event {uid}: {what}"
        # Who has no salt was erased: `reconcile_people` looks at it. An erasure tells of nothing
        # that was entered
        if salt is not None and its_clinic == clinic and told[DECISION] != Decision.ERASED:
            values = None if written is None else opened(written)
            if (
                values is None
                or values.get("email", "") != (email or "")
                or (email and email_hash is None)
            ):
                suspects.append(_Entered(uid, event_id, lead_id, email, email_hash, values))
        if count % PORTION == 0:
            yield ""
    compared.entered += _entered(session, suspects)


def _events(stretch: Stretch) -> Select[*tuple[Any, ...]]:
    """Return the events with their records, in their order. The values are read as they are
    written: most repeat.
    """
    found: Select[*tuple[Any, ...]] = (
        select(
            LedgerEntry.canonical,
            ConsentEvent.id,
            ConsentEvent.statement_id,
            Lead.id,
            Lead.ref,
            Lead.salt,
            Lead.clinic,
            Lead.email,
            Lead.email_hash,
            cast(ConsentOpening.values, Text),
            ConsentEvent.uid,
            *(remembered(getattr(ConsentEvent, name)) for name in NAMES[1:]),
        )
        .join(Lead, Lead.id == ConsentEvent.lead_id)
        .outerjoin(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
        .outerjoin(ConsentOpening, ConsentOpening.leaf == ConsentEvent.leaf)
        .order_by(ConsentEvent.id)
    )
    if stretch.start is not None:
        found = found.where(ConsentEvent.id >= stretch.start)
    if stretch.stop is not None:
        found = found.where(ConsentEvent.id < stretch.stop)
    return found


def _entered(session: Session, suspects: list[_Entered]) -> Iterator[str]:
    left = _left(session, {one.lead_id for one in suspects if one.has_another_address})
    for one in suspects:
        if one.values is None:
            yield (
                f"consent event {one.uid}: what the person entered is gone, though the person "
                "was not erased"
            )
        elif one.has_another_address and one.event_id > left.get(one.lead_id, 0):
            yield (
                f"consent event {one.uid}: the request has another email address now than was "
                "recorded"
            )
        elif one.email and one.email_hash is None:
            yield (
                f"consent event {one.uid}: the request has lost the hash of its address, "
                "so that it counts for nobody"
            )


def _left(session: Session, lead_ids: set[int]) -> dict[int, int]:
    """Return, for each request, the last event by which it left a former address: earlier events
    name that address.
    """
    left: dict[int, int] = {}
    for some in batched(lead_ids):
        rows = session.execute(
            select(ConsentEvent.lead_id, func.max(ConsentEvent.id))
            .where(ConsentEvent.control == FORMER_ADDRESS, ConsentEvent.lead_id.in_(some))
            .group_by(ConsentEvent.lead_id)
        )
        left |= dict(rows.all())
    return left
