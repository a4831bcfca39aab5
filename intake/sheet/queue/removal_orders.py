"""Who is not to stand in the sheet: one rule, for delivery, read-back, restore and every list of
the front desk.

A lead is *hidden* while its record is locked, erased or held back as a machine's. Its row is *out*
then, and also while it is asked to leave and after it left (a request that was closed since long).
Nothing is read from a row that is out, nothing is written into it, and where one stands in the
sheet it is taken out (`sync.remove`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from intake.config import Clinic
from intake.db import batched, unindexed
from intake.models import Batch, Lead, OutboxEntry, QueueRow, Topic
from intake.outbox import enqueue
from intake.sheet.queue.rows import Row, identity

_Removal, _Arrival, _Sent = (aliased(OutboxEntry) for _ in range(3))
IS_HIDDEN = or_(
    Lead.restricted_at.is_not(None), Lead.erased_at.is_not(None), Lead.hold_reason.is_not(None)
)
IS_LEAVING = (
    exists()
    .where(
        _Removal.lead_id == Lead.id,
        _Removal.topic == Topic.REMOVE_ROW,
        _Removal.delivered_at.is_(None),
    )
    .correlate(Lead)
)
_IS_COMING = (
    exists()
    .where(
        _Arrival.lead_id == Lead.id,
        _Arrival.topic == Topic.QUEUE_ROW,
        _Arrival.delivered_at.is_(None),
    )
    .correlate(Lead)
)
_LEFT = (
    exists().where(QueueRow.lead_id == Lead.id, QueueRow.taken_out_at.is_not(None)).correlate(Lead)
)
IS_OUT = or_(IS_HIDDEN, IS_LEAVING, and_(_LEFT, ~_IS_COMING))
IS_IN_FLIGHT = (
    exists()
    .where(
        _Sent.lead_id == Lead.id,
        _Sent.topic == Topic.QUEUE_ROW,
        _Sent.batch_id == Batch.id,
        Batch.delivered_at.is_(None),
    )
    .correlate(Lead)
)
"""A batch with the lead was begun, and its rows may appear any moment."""
MAY_COME = ~exists().where(Lead.id == OutboxEntry.lead_id, or_(IS_HIDDEN, IS_LEAVING)).correlate(
    OutboxEntry
)
"""Selects outbox entries whose row may be delivered. A row that is to leave the sheet leaves
first.
"""


def order_removal(session: Session, lead_id: int, *, now: datetime) -> None:
    """Ask for the lead's row to leave the sheet, as soon as this transaction is committed; once is
    enough.
    """
    if session.scalar(select(Lead.id).where(Lead.id == lead_id, or_(~IS_LEAVING, _IS_COMING))):
        enqueue(session, Topic.REMOVE_ROW, lead_id, now=now)


def cancel_removal(session: Session, lead_id: int, *, now: datetime) -> None:
    """Have the row of a lead that is no longer hidden delivered again, with what staff wrote in it.

    Asked for twice it comes once all the same: a row that stands is not delivered
    (`sheet.sync.deliver`).
    """
    enqueue(session, Topic.QUEUE_ROW, lead_id, now=now)


def expected_removed(session: Session, clinic: Clinic, seen: Collection[str]) -> dict[str, Row]:
    """Return, by reference, what identifies the rows of leads that are out: those that are leaving,
    and those of *seen*.
    """
    ours = select(Lead).where(unindexed(Lead.clinic) == clinic.key)
    asked = select(_Removal.lead_id).where(
        _Removal.topic == Topic.REMOVE_ROW, _Removal.delivered_at.is_(None)
    )
    leads = list(session.scalars(ours.where(Lead.id.in_(asked))))
    for some in batched(seen):
        leads += session.scalars(ours.where(Lead.ref.in_(some), IS_OUT))
    return {lead.ref: identity(lead, clinic) for lead in leads}


def repeat_removal(
    session: Session, clinic: Clinic, refs: Collection[str], *, now: datetime
) -> int:
    """Order the removal of rows that were seen although they are out, and return how many: somebody
    pasted them back.
    """
    asked = 0
    for some in batched(refs):
        found = session.scalars(
            select(Lead.id).where(
                unindexed(Lead.clinic) == clinic.key, Lead.ref.in_(some), IS_OUT, ~IS_LEAVING
            )
        )
        for lead_id in found.all():
            enqueue(session, Topic.REMOVE_ROW, lead_id, now=now)
            asked += 1
    return asked
