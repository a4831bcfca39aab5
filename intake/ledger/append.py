"""Put a record into the ledger, in the transaction of what it tells of. Its place in the tree comes
with sealing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from intake.ledger.canonical import Value, canonical_bytes
from intake.ledger.merkle import leaf_hash
from intake.models import LedgerEntry


def append(
    session: Session, kind: str, record: Mapping[str, Value], *, now: datetime
) -> LedgerEntry:
    """Append *record*, which must hold something unique (an id), under its *kind*; no lock between
    writers.
    """
    entry = entry_of(kind, record, now=now)
    session.add(entry)
    return entry


def entry_of(kind: str, record: Mapping[str, Value], *, now: datetime) -> LedgerEntry:
    """Return the entry that `append` puts in, for whoever puts in many at once."""
    return LedgerEntry(**entry_row(kind, record, now=now))


def entry_row(kind: str, record: Mapping[str, Value], *, now: datetime) -> dict[str, Any]:
    """Return the columns of that entry, for an insert of many rows."""
    canonical = canonical_bytes({**record, "kind": kind})
    return {"kind": kind, "canonical": canonical, "leaf": leaf_hash(canonical), "recorded_at": now}


def stamp(moment: datetime) -> str:
    """Return an instant as records say it: ISO 8601 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
