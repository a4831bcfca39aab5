"""Record consent events: their rows, the values that open their commitments, and their records in
the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, make_transient_to_detached

from intake.consent.act import Circumstances, ConsentAct, Manner, event_facts
from intake.consent.copied_events import kept_act
from intake.ledger import entry_row
from intake.ledger.kept_acts import keep_act
from intake.models import (
    ConsentEvent,
    ConsentOpening,
    ConsentStatement,
    Decision,
    Lead,
    LedgerEntry,
)
from intake.rows import combined, inserts
from intake.sql import execute

__all__ = ["KIND", "Circumstances", "Manner", "Said", "event_facts", "record", "record_all"]

KIND = "consent"


@dataclass(frozen=True)
class Said:
    """What was decided on which words, and how; without words it tells of the record itself
    (exported, erased).
    """

    statement: ConsentStatement | None
    decision: Decision
    manner: Manner
    occurred_at: datetime | None = None
    """When it was said, where that was before it is recorded (a letter)."""


def record_all(
    session: Session,
    lead: Lead,
    said: Sequence[Said],
    *,
    now: datetime,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> list[ConsentEvent]:
    """Append the events of one act of *lead*'s person, each with a record of its own in the ledger.

    Personal values stand beside them, erasable; the ledger holds commitments to them only. That a
    person was erased is recorded without any. What takes an agreement or the person away is copied
    outside of the database as well.
    """
    if not said:
        return []
    session.flush()  # what follows goes past the unit of work
    act, entries, rows, openings = (
        ConsentAct(lead, now=now, circumstances=circumstances, reason=reason),
        [],
        [],
        [],
    )
    for one in said:
        note = act.note(one.statement, one.decision, one.manner, occurred_at=one.occurred_at)
        is_personal = one.decision is not Decision.ERASED
        entries.append(
            entry := entry_row(KIND, act.record_of(note, is_personal=is_personal), now=now)
        )
        rows.append({**note.row, "lead_id": lead.id, "leaf": entry["leaf"]})
        if is_personal and act.values:
            openings.append({"leaf": entry["leaf"], "values": act.values})
    connection = session.connection()
    statements = [
        *inserts(connection.dialect, LedgerEntry, entries),
        *inserts(connection.dialect, ConsentOpening, openings),
        *inserts(connection.dialect, ConsentEvent, rows, returning=["uid", "id"]),
    ]
    ids = execute(connection, *combined(connection.dialect, statements))
    events = _known_to(session, lead, rows, dict(ids))
    for event in events:
        if kept := kept_act(event, lead):
            keep_act(session, kept)
    return events


def record(
    session: Session,
    lead: Lead,
    statement: ConsentStatement | None,
    decision: Decision,
    manner: Manner,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> ConsentEvent:
    """Append one event by itself (`record_all`)."""
    said = Said(statement, decision, manner, occurred_at)
    (event,) = record_all(
        session, lead, [said], now=now, circumstances=circumstances, reason=reason
    )
    return event


def _known_to(
    session: Session, lead: Lead, rows: Sequence[Mapping[str, Any]], ids: Mapping[str, int]
) -> list[ConsentEvent]:
    """Return the events as objects of *session*, as if it had read them."""
    events = [ConsentEvent(**row, id=ids[row["uid"]]) for row in rows]
    for event in events:
        make_transient_to_detached(event)
    session.add_all(events)
    if lead in session:
        session.expire(lead, ["consent_events"])
    return events
