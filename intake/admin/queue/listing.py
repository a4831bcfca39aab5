"""The queue as a page shows it: a hundred requests in calling order, with what the desk needs to
choose one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from intake.admin.queue.spans import due, due_on, ordinal, span
from intake.config import Clinic
from intake.models import Lead, QueueRow
from intake.sheet.queue.call_deadline import is_overdue
from intake.sheet.queue.calling_order import PAGE, Pair, Totals, calling_order, totals
from intake.sheet.queue.open_queue import dialled
from intake.sheet.queue.present_rows import alerts
from intake.sheet.queue.repeats import request_numbers
from intake.sheet.queue.rows import LANGUAGES


@dataclass(frozen=True)
class PatientToCall:
    """Whom to call: what only those see who may know the person."""

    name: str
    phone: str
    link: str
    """The number as a phone dials it (RFC 3966)."""


@dataclass(frozen=True)
class QueueLine:
    """One request of the list."""

    ref: str
    due: str
    is_overdue: bool
    waiting: str
    language: str
    voicemail_ok: bool
    status: str
    attempts: int
    caller: PatientToCall | None = None
    """None for whoever sees pseudonyms."""
    assigned_to: str = ""
    repeat: str = ""
    """ "2nd request", or nothing."""
    alert: tuple[str, ...] = ()


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue."""

    lines: Sequence[QueueLine]
    leads: Sequence[Lead]
    """Those of the lines, for the access log."""
    totals: Totals
    next: str | None
    """The reference after which the next page begins."""


def listing(
    session: Session, clinic: Clinic, *, after: str | None, named: bool, now: datetime
) -> QueuePage:
    """Return the requests after *after*; *named* for those who may see names and numbers."""
    found = calling_order(session, clinic, after=after, limit=PAGE + 1)
    pairs = found[:PAGE]
    lines = listed(session, clinic, pairs, named=named, now=now)
    more = lines[-1].ref if len(found) > PAGE else None
    return QueuePage(lines, [lead for lead, _ in pairs], totals(session, clinic, now=now), more)


def listed(
    session: Session, clinic: Clinic, pairs: Sequence[Pair], *, named: bool, now: datetime
) -> list[QueueLine]:
    """Return a line for each of *pairs*."""
    said = alerts(session, clinic, [row for _, row in pairs], now=now)
    numbers = request_numbers(session, [lead for lead, _ in pairs])
    return [
        replace(
            _line(lead, row, clinic, now),
            caller=caller_of(lead) if named else None,
            assigned_to=row.assigned_to if named else "",
            repeat=f"{ordinal(numbers[lead.id])} request" if numbers[lead.id] > 1 else "",
            alert=tuple(said[lead.id].splitlines()),
        )
        for lead, row in pairs
    ]


def caller_of(lead: Lead) -> PatientToCall:
    """Return how *lead*'s person is called."""
    extension = f";ext={lead.phone_extension}" if lead.phone_extension else ""
    return PatientToCall(lead.name, dialled(lead), f"tel:{lead.phone}{extension}")


def _line(lead: Lead, row: QueueRow, clinic: Clinic, now: datetime) -> QueueLine:
    zone = clinic.time_zone
    return QueueLine(
        ref=lead.ref,
        due=due_on(row.follow_up_at, now=now, zone=zone)
        if row.follow_up_at
        else due(lead.call_by, now=now, zone=zone),
        is_overdue=is_overdue(row.status, lead.call_by, now=now),
        waiting=span(now - lead.received_at),
        language=LANGUAGES[lead.call_language],
        voicemail_ok=lead.voicemail_ok,
        status=row.status.value,
        attempts=row.attempts,
    )
