"""Consent events of some days, oldest first: read in portions by their number, so that memory stays
small.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from intake.admin.exports.stream import Row
from intake.config import Clinic
from intake.consent.record import event_facts
from intake.db import Database
from intake.models import ConsentEvent, Lead

AT_ONCE = 500
FACTS = (
    "id",
    "recorded_at",
    "occurred_at",
    "request",
    "decision",
    "purpose",
    "channel",
    "basis",
    "statement_version",
    "language",
    "method",
    "control",
    "default_state",
    "source",
    "actor",
    "page",
    "release",
    "statement_sha256",
    "rendering_sha256",
    "leaf",
)
PERSON = ("name", "phone", "email")


@dataclass(frozen=True)
class Days:
    """Whole days of the clinic."""

    start: datetime
    end: datetime
    words: str


def days(clinic: Clinic, first: date, last: date) -> Days:
    """From the beginning of *first* to the end of *last*."""
    start, end = (
        datetime.combine(day, time(), clinic.time_zone) for day in (first, last + timedelta(days=1))
    )
    return Days(start, end, f"{first} to {last}")


def leads_in(clinic: str, those: Days) -> Select[int]:
    """Return whose events they are."""
    asked = select(ConsentEvent.lead_id).where(*_within(those))
    return select(Lead.id).where(Lead.clinic == clinic, Lead.id.in_(asked))


def headings(*, named: bool) -> tuple[str, ...]:
    """Return the columns; who the person is only where that is to be *named*."""
    return (*FACTS, *PERSON) if named else FACTS


def event_rows(database: Database, clinic: str, those: Days, *, named: bool) -> Iterator[Row]:
    """Yield each event recorded by now. A locked person is not named, and of an erased one there is
    nothing to name.
    """
    with database.reading() as session:
        last = session.scalar(select(func.max(ConsentEvent.id)).where(*_within(those))) or 0
    done = 0
    while True:
        with database.reading() as session:
            portion = _portion(session, those, after=done, last=last)
            rows = _rows(session, clinic, portion, named=named)
        yield from rows
        if len(portion) < AT_ONCE:
            return
        done = portion[-1].id


def _portion(session: Session, those: Days, *, after: int, last: int) -> Sequence[ConsentEvent]:
    """Return the next events by their number alone: joined with leads, SQLite would begin with
    those and sort everything.
    """
    numbered = (ConsentEvent.id > after, ConsentEvent.id <= last)
    return session.scalars(
        select(ConsentEvent)
        .where(*numbered, *_within(those))
        .order_by(ConsentEvent.id)
        .limit(AT_ONCE)
    ).all()


def _rows(
    session: Session, clinic: str, events: Sequence[ConsentEvent], *, named: bool
) -> list[Row]:
    whose = {event.lead_id for event in events}
    found = session.execute(
        select(Lead.id, Lead.ref, Lead.restricted_at, Lead.name, Lead.phone, Lead.email).where(
            Lead.id.in_(whose), Lead.clinic == clinic
        )
    )
    leads = {
        lead_id: (ref, dict(zip(PERSON, person, strict=True)) if named and not locked else {})
        for lead_id, ref, locked, *person in found
    }
    return [
        {**event_facts(event), "request": ref, "leaf": event.leaf.hex(), **person}
        for event in events
        if event.lead_id in leads
        for ref, person in [leads[event.lead_id]]
    ]


def _within(those: Days) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ConsentEvent.recorded_at >= those.start, ConsentEvent.recorded_at < those.end
