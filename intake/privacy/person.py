"""Everything that is held about one request, as a plain value: for the person who asks to see it
(PHIPA s. 52).

One request at a time: anybody can make one with a stranger's address, so that the same address
proves nothing.

The JSON has these parts, each a list of flat objects but for `request` and `about`; times are in
UTC (RFC 3339):

- `about`: what this is: `made_at`, `clinic`, `request` (its reference), `schema` (1)
- `request`: the answers of the form as they stand now, and when it was received, locked, erased
- `consent`: each event: what was decided on which words, how, when, its `leaf` in the log, and
  `entered`, the person's
  own values as they were recorded with it
- `not_to_be_mailed`: purposes for which the address is on the suppression list
- `mail`: what was sent, when, and on which ground; `outbox`: what was ordered outside, and what
  became of it
- `front_desk`: what staff wrote in the row of the request; `calls`: each change of it
- `corrections`: field, before, after, why
- `access`: who looked at it or did something, in which role, when and why; a reason that also
  concerns another person's
  request is left out
- `erasure`: the certificate
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session, aliased, joinedload

from intake.consent.listed import of_lead
from intake.db import Base
from intake.ledger import stamp
from intake.models import (
    AccessLogEntry,
    AccessSubject,
    CallLogEntry,
    ConsentEvent,
    Correction,
    Erasure,
    Lead,
    MailSent,
    OutboxEntry,
    QueueRow,
    Suppression,
)

SCHEMA = 1
INTERNAL = frozenset(
    {
        "id",
        "lead_id",
        "uid",
        "salt",
        "token",
        "submission",
        "consent_key",
        "email_hash",
        "email_hash_former",
        "link_version",
        "address_hash",
        "statement_id",
        "entry_id",
        "batch_id",
        "consent_event_id",
        "reason_salt",
        "staff_id",
        "tab",
        "is_duplicated",
        "is_former",
        "missing_since",
        "taken_out_at",
        "endpoint",
        "clinic",
        "name_folded",
    }
)
"""Keys and references of ours, which say nothing of the person and would open their pages."""

Facts = dict[str, Any]


def person_export(session: Session, lead: Lead, *, now: datetime) -> Facts:
    """Return everything held about *lead*, in the parts that this file's head names."""
    mine: Mapping[str, tuple[type[Base], Any]] = {
        "mail": (MailSent, MailSent.lead_id),
        "outbox": (OutboxEntry, OutboxEntry.lead_id),
        "front_desk": (QueueRow, QueueRow.lead_id),
        "calls": (CallLogEntry, CallLogEntry.lead_id),
        "corrections": (Correction, Correction.lead_id),
        "erasure": (Erasure, Erasure.lead_id),
    }
    return {
        "about": {
            "schema": SCHEMA,
            "made_at": stamp(now),
            "clinic": lead.clinic,
            "request": lead.ref,
        },
        "request": _facts(lead),
        "consent": [_event(event) for event in _events(session, lead)],
        "not_to_be_mailed": [_facts(one) for one in _suppressions(session, lead)],
        **{
            part: [_facts(row) for row in _rows(session, *where, lead)]
            for part, where in mine.items()
        },
        "access": [_access(entry, several) for entry, several in _accesses(session, lead)],
    }


def _rows(session: Session, table: type[Base], column: Any, lead: Lead) -> Sequence[Base]:
    return session.scalars(
        select(table).where(column == lead.id).order_by(*inspect(table).primary_key)
    ).all()


def _events(session: Session, lead: Lead) -> Sequence[ConsentEvent]:
    return session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.lead_id == lead.id)
        .options(joinedload(ConsentEvent.opening), joinedload(ConsentEvent.statement))
        .order_by(ConsentEvent.id)
    ).all()


def _event(event: ConsentEvent) -> Facts:
    return {
        **_facts(event),
        "words": event.statement.box if event.statement else None,
        "notice": event.statement.notice if event.statement else None,
        "entered": dict(event.opening.values) if event.opening else {},
    }


def _suppressions(session: Session, lead: Lead) -> Sequence[Suppression]:
    if lead.email_hash is None:
        return []
    return session.scalars(select(Suppression).where(of_lead(lead)).order_by(Suppression.id)).all()


def _accesses(session: Session, lead: Lead) -> Sequence[tuple[AccessLogEntry, bool]]:
    every = aliased(AccessSubject)
    others = (
        select(func.count(every.lead_id))
        .where(every.entry_id == AccessLogEntry.id)
        .scalar_subquery()
    )
    found = session.execute(
        select(AccessLogEntry, others)
        .join(AccessSubject, AccessSubject.entry_id == AccessLogEntry.id)
        .where(AccessSubject.lead_id == lead.id)
        .order_by(AccessLogEntry.id)
    )
    return [(entry, count > 1) for entry, count in found]


def _access(entry: AccessLogEntry, is_of_several: bool) -> Facts:
    return {**_facts(entry), "reason": None if is_of_several else entry.reason}


def _facts(row: Base) -> Facts:
    """Return the columns of *row* that tell something, as JSON has values."""
    columns = (column.key for column in inspect(type(row)).column_attrs)
    return {key: _plain(getattr(row, key)) for key in columns if key not in INTERNAL}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bytes):
        return value.hex()
    return value
