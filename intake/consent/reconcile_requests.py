"""Do the requests still say what the ledger recorded of them? Each has its record, and each record
its request.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from intake.consent.request_record import KIND, VALUES, bound_facts, bound_values
from intake.ledger import commitment
from intake.models import Lead, LedgerEntry, LedgerPosition
from intake.plain_rows import plain_rows
from intake.rows import table_of

AT_ONCE = 1000


def reconcile_requests(session: Session, clinic: str) -> Iterator[str]:
    """Yield each difference in a sentence with its place, without a word of any person's; ""
    between two portions.
    """
    newest = _newest(session, clinic)
    yield ""
    for count, row in enumerate(plain_rows(session, _requests(clinic)), start=1):
        # It has the columns that are read, by name; making an object of each takes long
        lead = cast("Lead", row)
        canonical = row[0]
        leaf = newest.pop(lead.ref, None)
        if leaf is None or canonical is None:
            yield f"request {lead.ref}: was never recorded in the ledger"
        elif leaf != lead.bound_leaf:
            yield f"request {lead.ref}: points to an older record than its newest one"
        else:
            yield from (f"request {lead.ref}: {what}" for what in differences(lead, canonical))
        if count % AT_ONCE == 0:
            yield ""
    for ref in newest:
        yield f"request {ref}: was recorded in the ledger, but its row is gone"


def _requests(clinic: str) -> Select[*tuple[Any, ...]]:
    return (
        select(LedgerEntry.canonical, *table_of(Lead).columns)
        .outerjoin(LedgerEntry, LedgerEntry.leaf == Lead.bound_leaf)
        .where(Lead.clinic == clinic)
        .order_by(Lead.id)
    )


def differences(lead: Lead, canonical: bytes) -> Iterator[str]:
    """Yield what *lead* says otherwise than its record, whose bytes are *canonical*."""
    try:
        record: Mapping[str, Any] = json.loads(canonical)
    except ValueError:
        yield "its record cannot be read"
        return
    for name, value in bound_facts(lead).items():
        if record.get(name) != value:
            yield f"{name} was recorded as “{record.get(name)}”, the row says “{value}”"
    if lead.salt is None:  # the person was erased: nothing opens the commitments
        return
    bound, values = record.get("person") or {}, bound_values(lead)
    for field in sorted((bound.keys() & VALUES) | values.keys()):
        if field not in values or bound.get(field) != commitment(lead.salt, field, values[field]):
            yield f"{'what hurts' if field == 'what_hurts' else field} is not what was recorded"


def _newest(session: Session, clinic: str) -> dict[str, bytes]:
    """Return, for each reference, the leaf of the request's newest record."""
    rows = plain_rows(
        session,
        select(LedgerEntry.canonical, LedgerEntry.leaf)
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == KIND)
        .order_by(LedgerPosition.position.nulls_last(), LedgerEntry.id),
    )
    found: dict[str, bytes] = {}
    for canonical, leaf in rows:
        record = _read(canonical)
        if record.get("clinic") == clinic:
            found[str(record.get("request"))] = leaf
    return found


def _read(canonical: bytes) -> Mapping[str, Any]:
    try:
        record = json.loads(canonical)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}
