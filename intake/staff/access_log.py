"""The access log: who looked at, or did something with, whose data, when and why (PHIPA s. 10.1, s. 12 (1)).

Each line is a record in the ledger too, in the same transaction, so that one taken out or altered is found out. The
record names staff by number and requests by reference; the reason stands in it as a commitment only.
"""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from intake.ledger import Value, append, commitment, stamp
from intake.models import AccessLogEntry, AccessSubject, Act, Lead
from intake.staff.person import Person

KIND = "access"
SCHEMA = 1


def note(
    session: Session,
    who: Person,
    act: Act,
    what: str,
    leads: Collection[Lead] = (),
    *,
    clinic: str,
    endpoint: str,
    now: datetime,
    reason: str = "",
) -> AccessLogEntry:
    """Append that *who* did *act* with *what* (a type of information, in words) of the persons behind *leads*.

    *what* never holds anything personal: a search says by what it was made, not for whom.
    """
    salt = secrets.token_bytes(32) if reason else None
    entry = AccessLogEntry(
        uid=str(uuid4()), clinic=clinic, at=now, staff_id=who.staff_id, actor=who.called, role=who.role, act=act,
        what=what, endpoint=endpoint, reason=reason or None, reason_salt=salt,
        subjects=[AccessSubject(lead_id=lead_id) for lead_id in sorted({lead.id for lead in leads})],
    )  # fmt: skip
    entry.leaf = append(session, KIND, record_of(entry, [lead.ref for lead in leads]), now=now).leaf
    session.add(entry)
    return entry


def record_of(entry: AccessLogEntry, refs: Collection[str]) -> dict[str, Value]:
    """What the ledger says of *entry*, which was to the requests *refs*."""
    reason = commitment(entry.reason_salt, "reason", entry.reason) if entry.reason_salt and entry.reason else None
    return {
        "schema": SCHEMA, "id": entry.uid, "clinic": entry.clinic, "at": stamp(entry.at), "staff": entry.staff_id,
        "role": entry.role, "act": entry.act, "what": entry.what, "endpoint": entry.endpoint,
        "requests": ",".join(sorted(set(refs))), "reason": {"commitment": reason},
    }  # fmt: skip
