"""Evidence that nobody can alter unseen. Knows bytes and hashes, no clinic words."""

from intake.ledger.append import append, entry_of, entry_row, stamp
from intake.ledger.canonical import (
    Commitments,
    Value,
    canonical_bytes,
    commitment,
    commitment_under,
    field_salt,
)
from intake.ledger.merkle import leaf_hash

__all__ = [
    "Commitments",
    "Value",
    "append",
    "canonical_bytes",
    "commitment",
    "commitment_under",
    "entry_of",
    "entry_row",
    "field_salt",
    "leaf_hash",
    "stamp",
]
