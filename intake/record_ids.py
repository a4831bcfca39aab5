"""Ids of records: unique everywhere, and growing with time."""

import secrets
import time
from uuid import UUID

VERSION, VARIANT = 0x7 << 76, 0b10 << 62
RANDOM_A, RANDOM_B = 0xFFF << 64, (1 << 62) - 1


def new_record_id() -> str:
    """A UUID of version 7 (RFC 9562): milliseconds since 1970, then 74 random bits.

    An index of ids that grow is written at its end; random ids would touch a page of their own each.
    """
    drawn = secrets.randbits(76)
    milliseconds = time.time_ns() // 1_000_000
    return str(UUID(int=milliseconds << 80 | VERSION | drawn & RANDOM_A | VARIANT | drawn & RANDOM_B))
