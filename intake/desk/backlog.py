"""What waits for the sheet, since when and why: one rule for doctor, /readyz and the Pipeline tab."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.models import Batch, SheetHealth, Topic
from intake.outbox import open_batch, waiting


@dataclass(frozen=True)
class Backlog:
    """The state of the queue's delivery and of its read-back. Times are instants."""

    waiting: int
    oldest: datetime | None
    problem: str | None
    """What stands in the way, in a sentence with what to do."""
    problem_since: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    removed: int
    repaired: int
    conflicts: int
    """Moves that were not taken over, and rows that were found twice."""


def backlog(session: Session, clinic: str) -> Backlog:
    """How the clinic's queue stands now. What stops delivery counts before what stops reading."""
    count, oldest = waiting(session, Topic.QUEUE_ROW)
    batch = open_batch(session, Topic.QUEUE_ROW)
    health = session.get(SheetHealth, clinic) or SheetHealth(clinic=clinic, removed=0, repaired=0, conflicts=0)
    stuck = batch is not None and batch.problem is not None
    last = session.scalar(select(func.max(Batch.delivered_at)).where(Batch.topic == Topic.QUEUE_ROW))
    return Backlog(
        waiting=count,
        oldest=oldest,
        problem=batch.problem if batch and stuck else health.problem,
        problem_since=batch.begun_at if batch and stuck else health.problem_since,
        delivered_at=last,
        read_at=health.read_at,
        removed=health.removed,
        repaired=health.repaired,
        conflicts=health.conflicts,
    )
