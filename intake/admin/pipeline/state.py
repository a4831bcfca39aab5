"""How the pipeline stands, as far as the database knows: nobody outside is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.admin.queue.spans import moment, span
from intake.config import Clinic
from intake.models import Lease, Topic
from intake.outbox import waiting
from intake.sheet.queue.backlog import Backlog, backlog

TOPICS = {
    Topic.QUEUE_ROW: "Rows for the sheet",
    Topic.REMOVE_ROW: "Rows to take out of the sheet",
    Topic.ACKNOWLEDGEMENT: "Acknowledgements by mail",
    Topic.LINK: "Lost links by mail",
}
LEASES = {"sheet": "The sheet", "post": "The post and the consent log"}


@dataclass(frozen=True)
class Waiting:
    """One kind of thing to be done outside."""

    title: str
    count: int
    oldest: str
    """How long the oldest has waited; empty where none waits."""


@dataclass(frozen=True)
class Worker:
    """Who works on something at the moment, if anybody does."""

    title: str
    holder: str | None


@dataclass(frozen=True)
class Pipeline:
    """All of the page that is no finding."""

    backlog: Backlog
    waiting: Sequence[Waiting]
    delivered: str
    """How long ago; "never" before the first time."""
    read: str
    problem_since: str
    workers: Sequence[Worker]

    @property
    def can_retry(self) -> bool:
        """Whether there is anything to try again."""
        return any(one.count for one in self.waiting)


def pipeline(session: Session, clinic: Clinic, *, now: datetime) -> Pipeline:
    """Return the state now."""
    state = backlog(session, clinic.key)
    return Pipeline(
        backlog=state,
        waiting=[_waiting(session, topic, title, now) for topic, title in TOPICS.items()],
        delivered=_ago(state.delivered_at, now),
        read=_ago(state.read_at, now),
        problem_since=moment(state.problem_since, clinic.time_zone) if state.problem_since else "",
        workers=list(_workers(session, clinic, now)),
    )


def _waiting(session: Session, topic: Topic, title: str, now: datetime) -> Waiting:
    count, oldest = waiting(session, topic)
    return Waiting(title, count, span(now - oldest) if oldest else "")


def _ago(at: datetime | None, now: datetime) -> str:
    return f"{span(now - at)} ago" if at else "never"


def _workers(session: Session, clinic: Clinic, now: datetime) -> Iterator[Worker]:
    names = {f"{name}:{clinic.key}": title for name, title in LEASES.items()}
    held = {
        lease.name: lease for lease in session.scalars(select(Lease).where(Lease.name.in_(names)))
    }
    for name, title in names.items():
        lease = held.get(name)
        holds = lease is not None and lease.expires_at > now
        yield Worker(title, lease.holder.rpartition(":")[0] if lease and holds else None)
