"""The exact bytes of a record, and commitments that stand for personal data in it."""

import hmac
from collections.abc import Mapping
from hashlib import sha256

import rfc8785

Value = str | int | Mapping[str, str | None] | None


def canonical_bytes(record: Mapping[str, Value]) -> bytes:
    """The one serialisation of *record*, whatever the order of its keys (JSON Canonicalization Scheme, RFC 8785)."""
    return rfc8785.dumps({key: dict(value) if isinstance(value, Mapping) else value for key, value in record.items()})


def commitment(salt: bytes, field: str, value: str) -> str:
    """A hex digest that binds *value* without telling it: HMAC-SHA256 under a salt of this field and person.

    *salt* is 32 random bytes kept with the person; erasing it leaves the digest standing but unlinkable. A bare
    hash of a phone number would be found by trying all of them. Each field has a salt of its own, derived from
    the person's, so that disclosing one field to an auditor says nothing about the others.
    """
    return hmac.digest(field_salt(salt, field), value.encode(), sha256).hex()


def field_salt(salt: bytes, field: str) -> bytes:
    """The salt of one field, from the person's: what an auditor is given together with that field's value."""
    return hmac.digest(salt, field.encode(), sha256)
