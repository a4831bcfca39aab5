"""What is off with one entry of the log: its bytes, its hash, its place, its kind."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.ledger.merkle import leaf_hash
from intake.models import LedgerEntry, LedgerPosition

AT_ONCE = 2000
KIND_KEY = b'"kind":'


@dataclass  # not frozen: a log has a million of them, and freezing takes as long as hashing
class Placed:
    """A place in the tree with the entry that stands there; the entry's fields are None where it
    was deleted.
    """

    position: int
    leaf: bytes
    entry_id: int | None
    entry_leaf: bytes | None
    canonical: bytes | None
    kind: str | None

    @cached_property
    def true_leaf(self) -> bytes:
        """The hash of the entry's bytes, whatever its row says."""
        return self.leaf if self.canonical is None else leaf_hash(self.canonical)

    @property
    def problem(self) -> str | None:
        """Return what is off, in a sentence with the place; None where nothing is."""
        if self.canonical is None:
            return f"position {self.position}: its entry was deleted"
        if self.true_leaf != self.entry_leaf:
            return (
                f"entry {self.entry_id} at position {self.position}: its bytes are not the "
                "ones that were hashed"
            )
        if self.entry_leaf != self.leaf:
            return (
                f"entry {self.entry_id}: stands at position {self.position}, where another was "
                "sealed"
            )
        if not self._is_filed_rightly(self.canonical):
            return (
                f"entry {self.entry_id} at position {self.position}: is filed under another kind "
                "than it was hashed with"
            )
        return None

    def _is_filed_rightly(self, canonical: bytes) -> bool:
        # What was sealed was read then (`seal`). Its bytes are the same, so that it is enough to
        # look for the words:
        # no text in it can hold these bytes, because JSON writes a quote there as \\"
        says_so = (
            KIND_KEY + json.dumps(self.kind).encode() in canonical
            and canonical.count(KIND_KEY) == 1
        )
        return says_so or is_of_kind(canonical, self.kind)


def placed(session: Session, start: int = 0, limit: int | None = None) -> Iterator[Placed]:
    """Yield the places from *start* on in their order; read in portions."""
    rows = session.execute(
        select(
            LedgerPosition.position,
            LedgerPosition.leaf,
            LedgerEntry.id,
            LedgerEntry.leaf,
            LedgerEntry.canonical,
            LedgerEntry.kind,
        )
        .outerjoin(LedgerEntry, LedgerEntry.id == LedgerPosition.entry_id)
        .where(LedgerPosition.position >= start)
        .order_by(LedgerPosition.position)
        .limit(limit)
        .execution_options(yield_per=AT_ONCE)
    )
    try:
        yield from (Placed(*row) for row in rows)
    finally:
        rows.close()


def is_of_kind(canonical: bytes, kind: str | None) -> bool:
    """Return whether the record says the *kind* it is filed under: else whoever counts that kind
    would not miss it.
    """
    try:
        record = json.loads(canonical)
    except ValueError:
        return False
    return isinstance(record, dict) and record.get("kind") == kind
