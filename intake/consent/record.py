"""Record one consent event: the row, the values that open its commitments, and its record in the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from intake import __version__
from intake.consent.kept import kept_act
from intake.ledger import Value, append, commitment, stamp
from intake.ledger.kept_acts import keep
from intake.models import Basis, ConsentEvent, ConsentOpening, ConsentStatement, Decision, Lead

KIND = "consent"
SCHEMA = 2


@dataclass(frozen=True)
class Manner:
    """How something was expressed: by which control, what it said before, by which way it came, who acted."""

    method: str
    control: str
    default_state: str
    source: str
    actor: str
    page: str
    """The path of the page; never a query string."""
    basis: Basis = Basis.EXPRESS
    rendering_sha256: str | None = None


@dataclass(frozen=True)
class Circumstances:
    """Where it came from: the coarse network address, a keyed hash of the full one, the family of the browser."""

    network: str = ""
    network_hash: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Composed:
    """An event, the values that open its commitments, and what the ledger says of it; nothing is stored yet."""

    event: ConsentEvent
    values: dict[str, str]
    record: dict[str, Value]


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
    """Append the event that *lead*'s person decided so on *statement*, *occurred_at* (a letter may be older than now).

    Without a *statement* it tells of the record itself: that it was exported, or that the person was erased.

    Personal values stand beside it, erasable; the ledger holds commitments to them only. That a person was erased is
    recorded without any. What takes an agreement or the person away is copied outside of the database as well.
    """
    composed = compose(
        lead, statement, decision, manner, now=now, occurred_at=occurred_at, circumstances=circumstances, reason=reason
    )
    event = composed.event
    event.opening = ConsentOpening(values=composed.values) if composed.values else None
    event.leaf = append(session, KIND, composed.record, now=now).leaf
    session.add(event)
    if act := kept_act(event, lead):
        keep(session, act)
    return event


def compose(
    lead: Lead,
    statement: ConsentStatement | None,
    decision: Decision,
    manner: Manner,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> Composed:
    """What `record` stores, for whoever stores many at once."""
    event = ConsentEvent(
        uid=str(uuid4()), lead=lead, **_words(statement), decision=decision, basis=manner.basis, method=manner.method,
        control=manner.control, default_state=manner.default_state, source=manner.source,
        rendering_sha256=manner.rendering_sha256, page=manner.page, release=__version__, actor=manner.actor,
        occurred_at=occurred_at or now, recorded_at=now,
    )  # fmt: skip
    values = {} if decision is Decision.ERASED else _personal(lead, circumstances or Circumstances(), reason)
    return Composed(event, values, _record(event, lead, values))


def _words(statement: ConsentStatement | None) -> dict[str, Any]:
    if statement is None:
        return {}
    return {
        "statement_id": statement.id,
        "statement_version": statement.version,
        "statement_sha256": statement.sha256,
        "language": statement.language,
        "purpose": statement.purpose,
        "channel": statement.channel,
    }


def facts_of(event: ConsentEvent) -> dict[str, Value]:
    """What the ledger's record says of the event itself, by the names that it has there (schema 2)."""
    return {
        "id": event.uid,
        "purpose": event.purpose,
        "channel": event.channel,
        "decision": event.decision,
        "basis": event.basis,
        "statement_version": event.statement_version,
        "statement_sha256": event.statement_sha256,
        "language": event.language,
        "method": event.method,
        "control": event.control,
        "default_state": event.default_state,
        "source": event.source,
        "rendering_sha256": event.rendering_sha256,
        "page": event.page,
        "release": event.release,
        "actor": event.actor,
        "occurred_at": stamp(event.occurred_at),
        "recorded_at": stamp(event.recorded_at),
    }


def _personal(lead: Lead, circumstances: Circumstances, reason: str) -> dict[str, str]:
    values = {
        "name": lead.name, "phone": lead.phone, "email": lead.email or "", "network": circumstances.network,
        "network_hash": circumstances.network_hash, "browser": circumstances.browser, "reason": reason,
    }  # fmt: skip
    return {field: value for field, value in values.items() if value}


def _record(event: ConsentEvent, lead: Lead, values: dict[str, str]) -> dict[str, Value]:
    salt = lead.salt or b""
    person = {field: commitment(salt, field, value) for field, value in values.items()}
    return {"schema": SCHEMA, "clinic": lead.clinic, "request": lead.ref, "person": person, **facts_of(event)}
