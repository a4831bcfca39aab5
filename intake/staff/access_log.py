"""The access log: who looked at, or did something with, whose data, when and why (PHIPA s. 10.1, s.
12 (1)).

Each line is a record in the ledger too, in the same transaction, so that one taken out or altered
is found out. The record names staff by number and requests by reference; the reason stands in it as
a commitment only. Of an export of very many requests the record holds a digest of the references,
and the table every one of them.
"""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Select, insert, literal, select
from sqlalchemy.orm import Session

from intake.ledger import Value, append, commitment, stamp
from intake.ledger.kept_acts import keep_act
from intake.models import AccessLogEntry, AccessSubject, Act, Lead
from intake.staff.actor import Actor
from intake.staff.copied_accesses import kept_acts

KIND = "access"
SCHEMA = 1
MANY = 500
"""Up to so many references stand in the record themselves."""


def note(
    session: Session,
    who: Actor,
    act: Act,
    what: str,
    leads: Collection[Lead] = (),
    *,
    clinic: str,
    endpoint: str,
    now: datetime,
    reason: str = "",
) -> AccessLogEntry:
    """Append that *who* did *act* with *what* (a type of information, in words) of the persons
    behind *leads*.

    *what* never holds anything personal: a search says by what it was made, not for whom. A reason
    for looking at nobody but the erased is not kept: it may name them, and what would empty it has
    run.
    """
    if leads and all(lead.erased_at for lead in leads):
        reason = ""
    entry = _line(who, act, what, clinic=clinic, endpoint=endpoint, now=now, reason=reason)
    by_id = {lead.id: lead.ref for lead in leads}
    entry.subjects = [AccessSubject(lead_id=lead_id) for lead_id in sorted(by_id)]
    for kept in kept_acts(entry, leads):
        keep_act(session, kept)
    return _kept(session, entry, [by_id[lead_id] for lead_id in sorted(by_id)])


def note_all(
    session: Session,
    who: Actor,
    act: Act,
    what: str,
    lead_ids: Select[int],
    *,
    clinic: str,
    endpoint: str,
    now: datetime,
    reason: str = "",
) -> AccessLogEntry:
    """Note an access to every lead of a query, which may find very many: nothing of them is held in
    memory.
    """
    entry = _line(who, act, what, clinic=clinic, endpoint=endpoint, now=now, reason=reason)
    refs = (
        select(Lead.ref)
        .where(Lead.id.in_(lead_ids))
        .order_by(Lead.id)
        .execution_options(yield_per=1000)
    )
    _kept(session, entry, session.scalars(refs))
    session.flush()
    whose = select(literal(entry.id), Lead.id).where(Lead.id.in_(lead_ids))
    session.execute(insert(AccessSubject).from_select(["entry_id", "lead_id"], whose))
    return entry


def _line(
    who: Actor, act: Act, what: str, *, clinic: str, endpoint: str, now: datetime, reason: str
) -> AccessLogEntry:
    return AccessLogEntry(
        uid=str(uuid4()),
        clinic=clinic,
        at=now,
        staff_id=who.staff_id,
        actor=who.called,
        role=who.role,
        act=act,
        what=what,
        endpoint=endpoint,
        reason=reason or None,
        reason_salt=secrets.token_bytes(32) if reason else None,
    )


def _kept(session: Session, entry: AccessLogEntry, refs: Iterable[str]) -> AccessLogEntry:
    entry.leaf = append(session, KIND, record_of_access(entry, named(refs)), now=entry.at).leaf
    session.add(entry)
    return entry


def named(refs: Iterable[str]) -> str:
    """Return the requests of an access as its record names them; *refs* in the order of the
    requests' numbers.
    """
    digest, first, count = sha256(), list[str](), 0
    for ref in refs:
        digest.update(f"{ref}\n".encode())
        count += 1
        if count <= MANY:
            first.append(ref)
    return (
        ",".join(sorted(first))
        if count <= MANY
        else f"{count} requests, sha256 {digest.hexdigest()}"
    )


def record_of_access(entry: AccessLogEntry, requests: str) -> dict[str, Value]:
    """Return what the ledger says of *entry*, which was to *requests* (as `named`)."""
    reason = (
        commitment(entry.reason_salt, "reason", entry.reason)
        if entry.reason_salt and entry.reason
        else None
    )
    return {
        "schema": SCHEMA,
        "id": entry.uid,
        "clinic": entry.clinic,
        "at": stamp(entry.at),
        "staff": entry.staff_id,
        "role": entry.role,
        "act": entry.act,
        "what": entry.what,
        "endpoint": entry.endpoint,
        "requests": requests,
        "reason": {"commitment": reason},
    }
