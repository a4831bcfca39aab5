"""Write a portion of invented requests at once: what it takes stays small, however many portions
there are.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnDefault, Table, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.consent.record import KIND
from intake.consent.request_record import KIND as REQUEST
from intake.consent.request_record import RecordReason, record_of
from intake.db import Base, batched
from intake.demo.fill.agreements import DemoEvent
from intake.demo.fill.desk_work import Worked
from intake.ledger import entry_of
from intake.mail.rendering import template_sha256
from intake.models import (
    Batch,
    CallLogEntry,
    Channel,
    ConsentEvent,
    ConsentOpening,
    Decision,
    Lead,
    LedgerEntry,
    MailSent,
    OutboxEntry,
    QueueRow,
    Suppression,
    Topic,
)
from intake.outbox import new_mark

AFTER = timedelta(seconds=2)
"""From the request to the row in the sheet, and to the acknowledgement."""
GROUND = "exempt: it only answers the person's request (SOR/2013-221 s. 3(b))"


@dataclass
class Portion:
    """Requests with what was done about them, and the consent events that fall into the same
    time.
    """

    worked: list[tuple[Lead, Worked | None]] = field(default_factory=list)
    """Without work: it waits to be put into the sheet."""
    events: list[DemoEvent] = field(default_factory=list)


def write(session: Session, portion: Portion, *, now: datetime) -> None:
    """Store *portion*. Closed requests count as taken out of the sheet; open ones wait to be put
    there.

    The caller's transaction is the only one that writes: ids are read back by what else is unique.
    """
    leads = [lead for lead, _ in portion.worked]
    if leads:
        records = [
            entry_of(
                REQUEST,
                record_of(lead, RecordReason.RECEIVED, now=lead.received_at),
                now=lead.received_at,
            )
            for lead in leads
        ]
        for lead, entry in zip(leads, records, strict=True):
            lead.bound_leaf = entry.leaf
        _insert(session, LedgerEntry, _rows(LedgerEntry, records))
        _insert(session, Lead, _rows(Lead, leads))
        ids = _numbered(session, Lead.ref, Lead.id, [lead.ref for lead in leads])
        for lead in leads:
            lead.id = ids[lead.ref]
        _write_desk_work(session, portion.worked, now)
        _write_outbox(session, portion.worked, now)
    if portion.events:
        _write_events(session, portion.events)


def _write_events(session: Session, composed: Sequence[DemoEvent]) -> None:
    entries = [entry_of(KIND, one.record, now=one.event.recorded_at) for one in composed]
    for one, entry in zip(composed, entries, strict=True):
        one.event.lead_id, one.event.leaf = one.event.lead.id, entry.leaf
    _insert(session, LedgerEntry, _rows(LedgerEntry, entries))
    _insert(session, ConsentEvent, _rows(ConsentEvent, [one.event for one in composed]))
    _insert(
        session,
        ConsentOpening,
        [{"leaf": one.event.leaf, "values": one.values} for one in composed],
    )
    stopped = [one.event for one in composed if one.event.decision is Decision.WITHDRAWN]
    _insert(session, Suppression, [_suppression(event) for event in stopped])


def _insert(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        session.execute(insert(cast("Table", inspect(model).local_table)), rows)


def _numbered(
    session: Session,
    name: InstrumentedAttribute[str],
    number: InstrumentedAttribute[int],
    names: Sequence[str],
) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in batched(names):
        rows = session.execute(select(name, number).where(name.in_(some)))
        found |= {key: value for key, value in rows}  # noqa: C416  (rows are no pairs to mypy)
    return found


def _suppression(event: ConsentEvent) -> dict[str, Any]:
    return {
        "clinic": event.lead.clinic,
        "address_hash": event.lead.email_hash,
        "channel": Channel.EMAIL,
        "purpose": event.purpose,
        "since": event.recorded_at,
    }


def _write_desk_work(
    session: Session, worked: Sequence[tuple[Lead, Worked | None]], now: datetime
) -> None:
    rows, log = list[QueueRow](), list[CallLogEntry]()
    for lead, work in worked:
        if work is not None:
            work.row.lead_id, work.row.taken_out_at = lead.id, now
            rows.append(work.row)
            for entry in work.log:
                entry.lead_id = lead.id
            log += work.log
    _insert(session, QueueRow, _rows(QueueRow, rows))
    _insert(session, CallLogEntry, _rows(CallLogEntry, log))


def _write_outbox(
    session: Session, worked: Sequence[tuple[Lead, Worked | None]], now: datetime
) -> None:
    """Rows that were delivered in one batch, rows that still have to be, and acknowledgements that
    went out.
    """
    last = worked[-1][0].received_at
    batch = Batch(
        topic=Topic.QUEUE_ROW,
        mark=new_mark(),
        begun_at=last,
        due_at=last,
        delivered_at=last + AFTER,
        mark_removed_at=now,
        attempts=1,
    )
    session.add(batch)
    session.flush()
    entries = [entry for lead, work in worked for entry in _entries(lead, work, batch.id, now)]
    _insert(session, OutboxEntry, entries)
    leads = {lead.id: lead for lead, _ in worked}
    sent = session.execute(
        select(OutboxEntry.id, OutboxEntry.lead_id).where(
            OutboxEntry.topic == Topic.ACKNOWLEDGEMENT,
            OutboxEntry.delivered_at.is_not(None),
            OutboxEntry.lead_id.between(min(leads), max(leads)),
        )
    )
    _insert(session, MailSent, [_mail(entry_id, leads[lead_id]) for entry_id, lead_id in sent])


def _entries(
    lead: Lead, work: Worked | None, batch: int, now: datetime
) -> Iterator[dict[str, Any]]:
    done = None if work is None else lead.received_at + AFTER
    at = lead.received_at
    blank = {
        "lead_id": lead.id,
        "asked_at": at,
        "due_at": at,
        "delivered_at": done,
        "batch_id": None,
        "attempts": 0,
    }
    yield blank | {"topic": Topic.QUEUE_ROW, "batch_id": None if done is None else batch}
    if work is not None and work.is_open:
        yield blank | {
            "topic": Topic.QUEUE_ROW,
            "asked_at": now,
            "due_at": now,
            "delivered_at": None,
        }
    if lead.email:
        yield blank | {"topic": Topic.ACKNOWLEDGEMENT}


def _mail(entry_id: int, lead: Lead) -> dict[str, Any]:
    name = Topic.ACKNOWLEDGEMENT.value
    return {
        "entry_id": entry_id,
        "lead_id": lead.id,
        "message": name,
        "message_class": name,
        "ground": GROUND,
        "template_sha256": template_sha256(name, lead.form_language),
        "message_id": f"<{secrets.token_hex(16)}@example.com>",
        "sent_at": lead.received_at + AFTER,
    }


def _rows(model: type[Base], objects: Iterable[Base]) -> list[Mapping[str, Any]]:
    # Never in a session: what was set is in the dictionary, and asking the mapped attributes takes
    # three times as long
    blank = _blank(model)
    return [
        {key: values.get(key, default) for key, default in blank.items()}
        for values in map(vars, objects)
    ]


@cache
def _blank(model: type[Base]) -> Mapping[str, Any]:
    """Return what each column holds when nothing was said."""
    columns = {
        one.key: one.columns[0].default for one in inspect(model).column_attrs if one.key != "id"
    }
    return {
        key: default.arg if isinstance(default, ColumnDefault) and default.is_scalar else None
        for key, default in columns.items()
    }
