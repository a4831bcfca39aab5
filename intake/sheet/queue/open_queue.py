"""The open queue from the database, in calling order: for the morning when Google is down."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import TextIO

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.contacts import show_phone
from intake.models import Lead, QueueRow
from intake.sheet.queue.call_deadline import is_overdue
from intake.sheet.queue.calling_order import calling_order
from intake.sheet.queue.present_rows import alerts
from intake.sheet.queue.rows import LANGUAGES
from intake.spreadsheet_text import neutral


@dataclass(frozen=True)
class OpenRequest:
    """One line of the list; times are on the clinic's wall clock."""

    call_by: str
    overdue: str
    ref: str
    name: str
    phone: str
    language: str
    voicemail: str
    status: str
    attempts: str
    assigned_to: str
    follow_up_on: str
    alert: str


HEADINGS = tuple(field.name.replace("_", " ").capitalize() for field in fields(OpenRequest))


def open_requests(session: Session, clinic: Clinic, *, now: datetime) -> list[OpenRequest]:
    """Return everybody who still has to be called: who was promised first, or is to be called again
    first, comes first.
    """
    pairs = calling_order(session, clinic, limit=None)
    said = alerts(session, clinic, [row for _, row in pairs], now=now)
    return [_line(lead, row, said[lead.id], clinic, now) for lead, row in pairs]


def write_csv(lines: Iterable[OpenRequest], out: TextIO) -> None:
    """The list as CSV; no cell of it is ever a formula."""
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([neutral(text) for text in astuple(line)] for line in lines)


def as_table(lines: Sequence[OpenRequest]) -> Iterator[str]:
    """Yield the list for a terminal, in columns."""
    rows = [
        HEADINGS,
        *(tuple(text.replace("\n", "; ") for text in astuple(line)) for line in lines),
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS))]
    for row in rows:
        yield "  ".join(
            _plain(text).ljust(width) for text, width in zip(row, widths, strict=True)
        ).rstrip()


def _plain(text: str) -> str:
    # A terminal obeys control characters
    return "".join(character if character.isprintable() else " " for character in text)


def dialled(lead: Lead) -> str:
    """Return the number as people write it, with its extension."""
    number = show_phone(lead.phone)
    return f"{number} ext. {lead.phone_extension}" if lead.phone_extension else number


def _line(lead: Lead, row: QueueRow, alert: str, clinic: Clinic, now: datetime) -> OpenRequest:
    return OpenRequest(
        call_by=f"{lead.call_by.astimezone(clinic.time_zone):%Y-%m-%d %H:%M}",
        overdue="Yes" if is_overdue(row.status, lead.call_by, now=now) else "",
        ref=lead.ref,
        name=lead.name,
        phone=dialled(lead),
        language=LANGUAGES[lead.call_language],
        voicemail="Yes" if lead.voicemail_ok else "No",
        status=row.status,
        attempts=str(row.attempts),
        assigned_to=row.assigned_to,
        follow_up_on=row.follow_up_on,
        alert=alert,
    )
