"""Evidence that nobody can alter unseen. Knows bytes and hashes, no clinic words."""

from intake.ledger.append import append, stamp
from intake.ledger.canonical import Value, canonical_bytes, commitment, field_salt
from intake.ledger.merkle import leaf_hash

__all__ = ["Value", "append", "canonical_bytes", "commitment", "field_salt", "leaf_hash", "stamp"]
