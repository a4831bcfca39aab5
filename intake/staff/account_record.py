"""Bind an account to the ledger as it stands: whose email address and name a number in the access
log stands for.

The address and the name stand in the record as commitments, under a salt of the account.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.ledger import Value, append, commitment, stamp
from intake.models import LedgerEntry, LedgerPosition, StaffMember

KIND = "account"
SCHEMA = 1


def bind_account(session: Session, member: StaffMember, *, now: datetime) -> None:
    """Append the record of *member* as it stands, in the transaction of what made or changed it."""
    member.salt = member.salt or secrets.token_bytes(32)
    session.flush()
    append(session, KIND, record_of_account(member, now=now), now=now)


def record_of_account(member: StaffMember, *, now: datetime) -> dict[str, Value]:
    """Return what the ledger says of *member*, which has its number and its salt."""
    salt = member.salt or b""
    return {
        "schema": SCHEMA,
        "id": str(uuid4()),
        "recorded_at": stamp(now),
        **_facts(member),
        "person": {
            field: commitment(salt, field, value) for field, value in _values(member).items()
        },
    }


def reconcile_accounts(session: Session) -> Iterator[str]:
    """Yield each account that is not what was recorded of it last, in a sentence without a word of
    any person's.
    """
    newest = _newest(session)
    for member in session.scalars(select(StaffMember).order_by(StaffMember.id)):
        record = newest.pop(member.id, None)
        if record is None:
            yield f"account {member.id}: was never recorded in the ledger"
            continue
        for name, value in _facts(member).items():
            if record.get(name) != value:
                yield (
                    f"account {member.id}: {name} was recorded as “{record.get(name)}”, the "
                    f"row says “{value}”"
                )
        bound, values, salt = record.get("person") or {}, _values(member), member.salt or b""
        for field in sorted(bound.keys() | values.keys()):
            if field not in values or bound.get(field) != commitment(salt, field, values[field]):
                yield f"account {member.id}: the {field} is not the one that was recorded"
    for number in newest:
        yield f"account {number}: was recorded in the ledger, but its row is gone"


def _facts(member: StaffMember) -> dict[str, Value]:
    """Return what is bound in plain words."""
    return {
        "account": member.id,
        "clinic": member.clinic,
        "role": member.role,
        "active": "yes" if member.active else "no",
        "until": stamp(member.until) if member.until else None,
    }


def _values(member: StaffMember) -> dict[str, str]:
    return {
        field: value
        for field, value in {"email": member.email, "name": member.name}.items()
        if value
    }


def _newest(session: Session) -> dict[int, Mapping[str, Any]]:
    """Return what was recorded last of each account, by its number."""
    rows = session.scalars(
        select(LedgerEntry.canonical)
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == KIND)
        .order_by(LedgerPosition.position.nulls_last(), LedgerEntry.id)
    )
    found: dict[int, Mapping[str, Any]] = {}
    for canonical in rows:
        try:
            record = json.loads(canonical)
            found[int(record["account"])] = record
        except (ValueError, KeyError, TypeError):
            continue  # its bytes are not the ones that were hashed, which the audit says
    return found
