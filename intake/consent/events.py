"""Consent events: what was asked, in which words, how it was answered and when. Only ever appended."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake import __version__
from intake.db import batched
from intake.ledger import Value, canonical_bytes, commitment, leaf_hash
from intake.models import ConsentEvent, ConsentStatement, Decision, Lead, Purpose

SCHEMA = 1
METHOD = "checkbox, unticked by default"


def record_answers(
    session: Session,
    lead: Lead,
    shown: Sequence[ConsentStatement],
    agreed: Collection[Purpose],
    *,
    page: str,
    now: datetime,
) -> list[ConsentEvent]:
    """Append the answer to each statement that was shown: given where it was agreed to, else refused.

    A refusal is recorded as well, so that "was asked and said no" differs from "was never asked".
    """
    events = [
        _event(lead, statement, Decision.GIVEN if statement.purpose in agreed else Decision.REFUSED, page=page, now=now)
        for statement in shown
    ]
    session.add_all(events)
    return events


def purposes_agreed_to(session: Session, lead_id: int) -> set[Purpose]:
    """What stands now: the purposes whose last decision is given."""
    return agreements(session, [lead_id])[lead_id]


def agreements(session: Session, lead_ids: Collection[int]) -> dict[int, set[Purpose]]:
    """The same for many people, by lead."""
    answers: dict[int, dict[Purpose, Decision]] = {lead_id: {} for lead_id in lead_ids}
    for some in batched(lead_ids):
        events = session.execute(
            select(ConsentEvent.lead_id, ConsentEvent.purpose, ConsentEvent.decision)
            .where(ConsentEvent.lead_id.in_(some))
            .order_by(ConsentEvent.id)
        )
        for lead_id, purpose, decision in events:
            if purpose is not None:
                answers[lead_id][purpose] = decision
    return {
        lead_id: {purpose for purpose, decision in given.items() if decision is Decision.GIVEN}
        for lead_id, given in answers.items()
    }


def answers_of(session: Session, lead_id: int) -> dict[Purpose, Decision]:
    """The last decision on each purpose, in the order in which the events were appended."""
    events = session.execute(
        select(ConsentEvent.purpose, ConsentEvent.decision)
        .where(ConsentEvent.lead_id == lead_id, ConsentEvent.purpose.is_not(None))
        .order_by(ConsentEvent.id)
    )
    return {purpose: decision for purpose, decision in events if purpose is not None}


def _event(lead: Lead, statement: ConsentStatement, decision: Decision, *, page: str, now: datetime) -> ConsentEvent:
    event = ConsentEvent(
        uid=str(uuid4()), lead=lead, statement_id=statement.id, statement_version=statement.version,
        statement_sha256=statement.sha256, language=statement.language, purpose=statement.purpose,
        channel=statement.channel, decision=decision, method=METHOD, page=page, release=__version__, actor="patient",
        occurred_at=now, recorded_at=now,
    )  # fmt: skip
    event.canonical = canonical_bytes(_record(event, lead))
    event.leaf = leaf_hash(event.canonical)
    return event


def _record(event: ConsentEvent, lead: Lead) -> dict[str, Value]:
    """The event as it is hashed: every field of it, and of the person commitments only."""
    salt = lead.salt or b""
    person = {"name": lead.name, "phone": lead.phone, "email": lead.email}
    return {
        "schema": SCHEMA,
        "id": event.uid,
        "clinic": lead.clinic,
        "request": lead.ref,
        "person": {field: commitment(salt, field, value) if value else None for field, value in person.items()},
        "purpose": event.purpose,
        "channel": event.channel,
        "decision": event.decision,
        "statement_version": event.statement_version,
        "statement_sha256": event.statement_sha256,
        "language": event.language,
        "method": event.method,
        "page": event.page,
        "release": event.release,
        "actor": event.actor,
        "occurred_at": _stamp(event.occurred_at),
        "recorded_at": _stamp(event.recorded_at),
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
