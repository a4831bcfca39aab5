"""Who still has to be called, in which order: asked of the database, a page at a time.

Who was promised first, or is to be called again first, comes first. A request that is not in the
sheet yet is called like any other. Left out: who is restricted or erased, and what is held because
it looks like a machine's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, and_, func, literal, select, tuple_, union_all
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Utc, unindexed
from intake.models import Lead, QueueRow, Status
from intake.sheet.queue.removal_orders import IS_HIDDEN
from intake.sheet.queue.statuses import OPEN, PROMISED

PAGE = 100
Pair = tuple[Lead, QueueRow]
"""A request and its row: one that is not in the sheet yet has a blank row, which is not stored."""


@dataclass(frozen=True)
class Totals:
    """How many wait for a call, and of how many the promised time is over."""

    open: int
    overdue: int


def calling_order(
    session: Session, clinic: Clinic, *, after: str | None = None, limit: int | None = PAGE
) -> Sequence[Pair]:
    """Return the requests to call, those after the request *after* when it is given."""
    waiting = _waiting(clinic)
    found = (
        select(Lead, QueueRow)
        .join(waiting, waiting.c.lead_id == Lead.id)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .order_by(waiting.c.due_at, waiting.c.lead_id)
        .limit(limit)
    )
    place = _place_of(session, clinic, after) if after else None
    if place:
        found = found.where(tuple_(waiting.c.due_at, waiting.c.lead_id) > tuple_(*place))
    return [(lead, row or blank_row(lead)) for lead, row in session.execute(found)]


def totals(session: Session, clinic: Clinic, *, now: datetime) -> Totals:
    """Count the whole queue."""
    waiting = _waiting(clinic)
    is_late = and_(
        waiting.c.status.in_([status.value for status in PROMISED]), waiting.c.call_by < now
    )
    count, late = session.execute(
        select(func.count(), func.count().filter(is_late)).select_from(waiting)
    ).one()
    return Totals(count, late)


def _waiting(clinic: Clinic) -> Subquery:
    """Two questions rather than one join of everything: the closed ones, which are most, are not
    even looked at.
    """
    delivered = (
        select(
            Lead.id.label("lead_id"),
            Lead.call_by,
            QueueRow.status.label("status"),
            func.coalesce(QueueRow.follow_up_at, Lead.call_by, type_=Utc).label("due_at"),
        )
        .join(QueueRow, QueueRow.lead_id == Lead.id)
        .where(unindexed(Lead.clinic) == clinic.key, ~IS_HIDDEN, QueueRow.status.in_(OPEN))
    )
    has_row = select(QueueRow.lead_id).where(QueueRow.lead_id == Lead.id).exists()
    on_their_way = select(
        Lead.id, Lead.call_by, literal(Status.NEW.value), Lead.call_by.label("due_at")
    ).where(Lead.clinic == clinic.key, ~IS_HIDDEN, ~has_row)
    return union_all(delivered, on_their_way).subquery()


def _place_of(session: Session, clinic: Clinic, ref: str) -> tuple[datetime, int] | None:
    """Return where the request *ref* stands or stood, so that the next page begins there also when
    it was closed meanwhile.
    """
    found = session.execute(
        select(func.coalesce(QueueRow.follow_up_at, Lead.call_by, type_=Utc), Lead.id)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, Lead.ref == ref)
    ).first()
    return (found[0], found[1]) if found else None


def blank_row(lead: Lead) -> QueueRow:
    """Return the row of a request that is not in the sheet yet, as it will be."""
    return QueueRow(
        lead_id=lead.id,
        status=Status.NEW,
        sheet_status=Status.NEW,
        assigned_to="",
        follow_up_on="",
        notes="",
        last_called="",
        attempts=0,
        is_duplicated=False,
    )
