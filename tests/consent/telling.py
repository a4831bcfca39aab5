"""Consent events in a line: as values for the fold, and in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from intake.consent.fold import PlainEvent
from intake.consent.record import Manner, record
from intake.consent.statements import current_statement
from intake.models import Basis, Channel, ConsentEvent, Decision, Lead, Purpose

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
BUTTON = Manner("button", "button", "none", "page", "patient", "/consent/<token>")


def told(
    number: int,
    decision: Decision,
    *,
    lead: int = 1,
    purpose: Purpose | None = Purpose.NEWS,
    basis: Basis = Basis.EXPRESS,
    control: str = "checkbox",
) -> PlainEvent:
    """An event as the fold sees it; its number is its place in the log."""
    at = NOON + timedelta(minutes=number)
    return PlainEvent(
        number, lead, purpose, Channel.EMAIL if purpose else None, decision, basis, control, at
    )


def happens(
    session: Session,
    lead: Lead,
    decision: Decision,
    *purposes: Purpose,
    now: datetime = NOON,
    manner: Manner = BUTTON,
) -> list[ConsentEvent]:
    """The events in the database, on the words that are current."""
    words = [
        current_statement(session, lead.clinic, purpose, lead.form_language) for purpose in purposes
    ]
    events = [record(session, lead, statement, decision, manner, now=now) for statement in words]
    session.flush()
    return events
