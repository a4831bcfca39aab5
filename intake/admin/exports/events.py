"""Consent events of some days, oldest first: read in portions by their number, so that memory stays small."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from intake.admin.exports.stream import Row
from intake.config import Clinic
from intake.consent.record import facts_of
from intake.db import Database
from intake.models import ConsentEvent, Lead

AT_ONCE = 500
FACTS = (
    "id", "recorded_at", "occurred_at", "request", "decision", "purpose", "channel", "basis", "statement_version",
    "language", "method", "control", "default_state", "source", "actor", "page", "release", "statement_sha256",
    "rendering_sha256", "leaf",
)  # fmt: skip
PERSON = ("name", "phone", "email")


@dataclass(frozen=True)
class Days:
    """Whole days of the clinic."""

    start: datetime
    end: datetime
    words: str


def days(clinic: Clinic, first: date, last: date) -> Days:
    """From the beginning of *first* to the end of *last*."""
    start, end = (datetime.combine(day, time(), clinic.time_zone) for day in (first, last + timedelta(days=1)))
    return Days(start, end, f"{first} to {last}")


def leads_in(clinic: str, those: Days) -> Select[int]:
    """Whose events they are."""
    asked = select(ConsentEvent.lead_id).where(*_within(those))
    return select(Lead.id).where(Lead.clinic == clinic, Lead.id.in_(asked))


def headings(*, named: bool) -> tuple[str, ...]:
    """The columns; who the person is only where that is to be *named*."""
    return (*FACTS, *PERSON) if named else FACTS


def event_rows(database: Database, clinic: str, those: Days, *, named: bool) -> Iterator[Row]:
    """Each event recorded by now. A locked person is not named, and of an erased one there is nothing to name."""
    with database.reading() as session:
        last = session.scalar(select(func.max(ConsentEvent.id)).where(*_within(those))) or 0
    done = 0
    while True:
        with database.reading() as session:
            portion = _portion(session, clinic, those, after=done, last=last)
            rows = [_row(event, lead, named=named and lead.restricted_at is None) for event, lead in portion]
        yield from rows
        if len(portion) < AT_ONCE:
            return
        done = portion[-1][0].id


def _portion(session: Session, clinic: str, those: Days, *, after: int, last: int) -> list[tuple[ConsentEvent, Lead]]:
    rows = session.execute(
        select(ConsentEvent, Lead)
        .join(Lead, Lead.id == ConsentEvent.lead_id)
        .where(Lead.clinic == clinic, ConsentEvent.id > after, ConsentEvent.id <= last, *_within(those))
        .order_by(ConsentEvent.id)
        .limit(AT_ONCE)
    )
    return [(event, lead) for event, lead in rows]


def _within(those: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ConsentEvent.recorded_at >= those.start, ConsentEvent.recorded_at < those.end


def _row(event: ConsentEvent, lead: Lead, *, named: bool) -> Row:
    person = {"name": lead.name, "phone": lead.phone, "email": lead.email} if named else {}
    return {**facts_of(event), "request": lead.ref, "leaf": event.leaf.hex(), **person}
