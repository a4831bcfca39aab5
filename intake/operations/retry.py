"""Try again now: what was put off after a problem, once somebody mended what stood in the way."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from intake.mail.deliver import CLASSES, HOLD
from intake.models import Batch, Lead, OutboxEntry


def retry_now(session: Session, clinic: str, *, now: datetime) -> int:
    """Make due what was put off; returns how much that was.

    A mail that a worker took a short while ago may be on its way at this moment, and would go out
    twice.
    """
    batches = session.execute(
        update(Batch)
        .where(Batch.delivered_at.is_(None), Batch.due_at > now)
        .values(due_at=now)
        .returning(Batch.id)
    )
    ours = select(Lead.id).where(Lead.clinic == clinic)
    entries = session.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.delivered_at.is_(None),
            OutboxEntry.due_at > now,
            OutboxEntry.lead_id.in_(ours),
        )
        .where(
            or_(
                OutboxEntry.topic.not_in(CLASSES),
                OutboxEntry.begun_at.is_(None),
                OutboxEntry.begun_at <= now - HOLD,
            )
        )
        .values(due_at=now)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return len(batches.all()) + len(entries.all())
