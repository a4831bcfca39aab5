"""A keyed hash stands for a mailbox wherever it is only compared."""

import hmac
from hashlib import sha256


def address_hash(key: bytes, email: str) -> str:
    """What stands for an address where it is only compared: HMAC-SHA256 of it in lower case, in hex.

    *key* is the installation's (`Settings.address_key`): without it nobody can try all addresses.
    """
    return hmac.digest(key, email.strip().casefold().encode(), sha256).hex()
