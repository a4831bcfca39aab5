"""What is kept beside a row so that the database itself can put the queue in order and count: a
day, and minutes.

Both follow from what staff wrote and from the opening hours. They are worked out once, when it is
taken over.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Lead, QueueRow
from intake.sheet.queue.call_deadline import minutes_to_first_call

AT_ONCE = 1000


def measure(row: QueueRow, received_at: datetime, clinic: Clinic) -> None:
    """Bring both in step with what *row* says; how long the first call took stays as it was worked
    out first.
    """
    row.follow_up_at = day_in(row.follow_up_on, clinic.time_zone)
    if row.first_call_minutes is None:
        minutes = minutes_to_first_call(clinic, received_at, row.first_called_at)
        row.first_call_minutes = None if minutes is None else int(minutes)


def measure_older(session: Session, clinic: Clinic) -> int:
    """Work out what is missing in rows that are older than these columns; returns of how many."""
    last, measured = 0, 0
    while found := session.execute(
        select(QueueRow, Lead.received_at)
        .join(Lead, Lead.id == QueueRow.lead_id)
        .where(Lead.clinic == clinic.key, QueueRow.lead_id > last, _is_unmeasured())
        .order_by(QueueRow.lead_id)
        .limit(AT_ONCE)
    ).all():
        for row, received_at in found:
            measure(row, received_at, clinic)
        session.flush()
        last, measured = found[-1][0].lead_id, measured + len(found)
    return measured


def day_in(words: str, zone: ZoneInfo) -> datetime | None:
    """Return the beginning of the day that *words* begin with, as staff's date cells read; None for
    anything else.
    """
    try:
        return datetime.combine(date.fromisoformat(words[:10]), time(), zone)
    except ValueError:
        return None


def _is_unmeasured() -> ColumnElement[bool]:
    return or_(
        and_(QueueRow.first_called_at.is_not(None), QueueRow.first_call_minutes.is_(None)),
        and_(QueueRow.follow_up_on != "", QueueRow.follow_up_at.is_(None)),
    )
