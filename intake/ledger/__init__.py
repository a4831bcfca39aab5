"""Evidence that nobody can alter unseen. Knows bytes and hashes, no clinic words."""

from intake.ledger.append import append, entry_of, stamp
from intake.ledger.canonical import Value, canonical_bytes, commitment, commitment_under, field_salt
from intake.ledger.merkle import leaf_hash

__all__ = [
    "Value",
    "append",
    "canonical_bytes",
    "commitment",
    "commitment_under",
    "entry_of",
    "field_salt",
    "leaf_hash",
    "stamp",
]
