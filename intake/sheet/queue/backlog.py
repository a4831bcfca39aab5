"""What waits for the sheet, since when and why: one rule for doctor, /readyz and the Pipeline
tab.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.models import Batch, SheetHealth, Topic
from intake.outbox import Problem, open_batch, problem_of, waiting
from intake.sheet.queue.removal_orders import MAY_COME


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
    """Return how the clinic's queue stands now; requests that may not be shown are not counted."""
    count, oldest = waiting(session, Topic.QUEUE_ROW, MAY_COME)
    health = session.get(SheetHealth, clinic) or SheetHealth(
        clinic=clinic, removed=0, repaired=0, conflicts=0
    )
    problem = next(_problems(session, health), None)
    last = session.scalar(
        select(func.max(Batch.delivered_at)).where(Batch.topic == Topic.QUEUE_ROW)
    )
    return Backlog(
        waiting=count,
        oldest=oldest,
        problem=problem.words if problem else None,
        problem_since=problem.since if problem else None,
        delivered_at=last,
        read_at=health.read_at,
        removed=health.removed,
        repaired=health.repaired,
        conflicts=health.conflicts,
    )


def _problems(session: Session, health: SheetHealth) -> Iterator[Problem]:
    """Yield the gravest first: what stops delivery, what stops reading, what must leave and
    cannot.
    """
    batch = open_batch(session, Topic.QUEUE_ROW)
    if batch and batch.problem:
        yield Problem(batch.problem, batch.begun_at)
    if refused := problem_of(session, Topic.QUEUE_ROW):
        yield refused
    if health.problem:
        yield Problem(health.problem, health.problem_since)
    if removal := problem_of(session, Topic.REMOVE_ROW):
        yield removal
