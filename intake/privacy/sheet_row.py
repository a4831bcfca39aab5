"""A request's row leaves the front desk's sheet for good; the relay takes it out
(`sheet.sync.remove`).
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.models import Lead, OutboxEntry, QueueRow, Topic
from intake.sheet.queue.removal_orders import order_removal


def leave_for_good(session: Session, lead: Lead, *, now: datetime, why: str) -> bool:
    """Have the row taken out, and not delivered if it still waits; False when there is nothing in
    the sheet.

    A row whose delivery was begun may be on its way: it is taken out once it is there.
    """
    session.flush()
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.lead_id == lead.id, OutboxEntry.topic == Topic.QUEUE_ROW)
        .where(OutboxEntry.delivered_at.is_(None), OutboxEntry.batch_id.is_(None))
        .values(delivered_at=now, problem=why)
        .execution_options(synchronize_session=False)
    )
    if _may_stand(session, lead):
        order_removal(session, lead.id, now=now)
        return True
    return False


def _may_stand(session: Session, lead: Lead) -> bool:
    begun = (
        OutboxEntry.lead_id == lead.id,
        OutboxEntry.topic == Topic.QUEUE_ROW,
        OutboxEntry.delivered_at.is_(None),
    )
    row = session.get(QueueRow, lead.id)
    stands = row is not None and row.taken_out_at is None
    return stands or session.scalar(select(OutboxEntry.id).where(*begun)) is not None
