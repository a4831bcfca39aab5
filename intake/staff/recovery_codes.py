"""Recovery codes: for the day when the phone is lost. Long enough that a plain hash keeps them
(ASVS 5 V6.5.2).
"""

import secrets
from hashlib import sha256

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that is taken for another on paper."""
GROUPS, GROUP = 6, 4
"""24 letters are 118 bits; 112 are asked for."""


def new_code() -> str:
    """A code as it is printed: six groups of four."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def kept_as(code: str) -> str:
    """Return what is stored of a code, however it was typed."""
    return sha256("".join(code.lower().replace("-", " ").split()).encode()).hexdigest()
