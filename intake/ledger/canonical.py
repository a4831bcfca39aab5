"""The exact bytes of a record, and commitments that stand for personal data in it."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256

Value = str | int | Mapping[str, "Value"] | None

LARGEST_INT = 2**53 - 1
"""RFC 8785 writes numbers as JavaScript does, which is exact up to here."""
_JSON = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, default=dict
)


def canonical_bytes(record: Mapping[str, Value]) -> bytes:
    """Return the one serialisation of *record*, whatever the order of its keys (JSON
    Canonicalization Scheme, RFC 8785).

    For the values that a record may hold, and keys in ASCII, Python's own JSON writes exactly these
    bytes; a test holds it against a library for the RFC. Raises ValueError for a number that the
    RFC cannot write.
    """
    _require_numbers(record)
    return _JSON.encode(record).encode()


def _require_numbers(values: Mapping[str, Value]) -> None:
    for value in values.values():
        # Nearly all: to ask for a Mapping takes much longer
        if value is None or isinstance(value, str):
            continue
        if not isinstance(value, int):
            _require_numbers(value)
        elif abs(value) > LARGEST_INT:
            raise ValueError("a number is too large for RFC 8785")


def commitment(salt: bytes, field: str, value: str) -> str:
    """Return a hex digest that binds *value* without telling it: HMAC-SHA256 under a salt of this
    field and person.

    *salt* is 32 random bytes kept with the person; erasing it leaves the digest standing but
    unlinkable. A bare hash of a phone number would be found by trying all of them. Each field has a
    salt of its own, derived from the person's, so that disclosing one field to an auditor says
    nothing about the others.
    """
    return commitment_under(field_salt(salt, field), value)


def commitment_under(salt: bytes, value: str) -> str:
    """Return the commitment to *value* under the *salt* of its field: what a disclosed opening must
    come to.
    """
    return hmac.digest(salt, value.encode(), sha256).hex()


def field_salt(salt: bytes, field: str) -> bytes:
    """Return the salt of one field, from the person's: what an auditor is given together with that
    field's value.
    """
    return hmac.digest(salt, field.encode(), sha256)


class Commitments:
    """The commitments under one person's salt. Each is worked out once, however many records of an
    act hold it.
    """

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._known: dict[tuple[str, str], str] = {}

    def to(self, values: Mapping[str, str]) -> dict[str, Value]:
        """Return the commitment to each of *values*, by field."""
        return {field: self._to(field, value) for field, value in values.items()}

    def _to(self, field: str, value: str) -> str:
        known = self._known.get((field, value))
        if known is None:
            known = self._known[field, value] = commitment(self._salt, field, value)
        return known
