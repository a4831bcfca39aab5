"""A row that Google refuses on its own is set aside, so that it keeps nobody else waiting; it is tried again later."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.desk.errors import SheetError
from intake.models import Batch, Lead, OutboxEntry
from intake.outbox import LONGEST_AHEAD, entries_of, settle

FIRST_REST, LONGEST_REST = timedelta(minutes=1), LONGEST_AHEAD - timedelta(minutes=1)


def set_aside(session: Session, batch: Batch, error: SheetError, *, now: datetime) -> None:
    """End a *batch* whose mark is used up, and let its entries wait for another, longer each time."""
    entries = entries_of(session, batch.id)
    for entry in entries:
        entry.batch_id, entry.begun_at, entry.attempts = None, entry.begun_at or now, entry.attempts + 1
        entry.due_at = now + min(FIRST_REST * (1 << min(entry.attempts - 1, 10)), LONGEST_REST)
        entry.problem = _sentence(session, entry, error)
    session.flush()
    settle(session, batch.id, now=now)


def _sentence(session: Session, entry: OutboxEntry, error: SheetError) -> str:
    ref = session.scalar(select(Lead.ref).where(Lead.id == entry.lead_id))
    return f"The row of {ref} cannot be written, the others are; it stands in “intake queue list”. {error}"
