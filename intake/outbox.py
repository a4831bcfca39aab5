"""What is to be done outside after a commit: put in, found due, claimed for a batch, settled.

An entry is written in the transaction that makes it necessary, so the two cannot get out of step.
It is a reference (topic, lead, due), never a copy: what is sent is composed from the lead when it
is sent, so that no personal data waits here and a later change is already in it. Delivery is at
least once until a batch's mark is seen outside, and the mark makes it exactly once
(`sheet.sync.deliver`). What is sent one by one is held by whoever took it, and ends settled, with
its problem where it was not sent (`mail.deliver`).
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from intake.models import Batch, Lead, OutboxEntry, Topic

LARGEST_MARK = 2**31 - 1  # Google's metadataId is a positive int32
LONGEST_AHEAD = timedelta(minutes=15)
"""Nothing is put off for longer: what is due later than this was written under a clock that was set
back since.
"""


@dataclass(frozen=True)
class Progress:
    """What one step of a worker did: units done, when to look again (None: when it likes), what
    stands in the way.
    """

    done: int = 0
    not_before: datetime | None = None
    problem: str | None = None
    was_put_off: bool = False
    """Nothing was tried yet: what there is to do waits until then."""


@dataclass(frozen=True)
class Problem:
    """What stands in the way of something that waits, in a sentence, and since when."""

    words: str
    since: datetime | None


def is_due(at: datetime, now: datetime) -> bool:
    """Return whether what is due *at* a time is due *now*, also after the clock was set back."""
    return at <= now or at > now + LONGEST_AHEAD


def enqueue(session: Session, topic: Topic, lead_id: int, *, now: datetime) -> OutboxEntry:
    """Order *topic* to be done for the lead, as soon as this transaction is committed."""
    entry = OutboxEntry(topic=topic, lead_id=lead_id, asked_at=now, due_at=now)
    session.add(entry)
    return entry


def due_entries(
    session: Session,
    topic: Topic,
    *,
    now: datetime,
    limit: int = 500,
    only: ColumnElement[bool] | None = None,
) -> Sequence[OutboxEntry]:
    """Oldest first, *only* those that fit. Entries that another relay holds are passed over (SQLite
    has one writer).
    """
    return session.scalars(
        select(OutboxEntry)
        .where(OutboxEntry.topic == topic, _waits(now), true() if only is None else only)
        .order_by(OutboxEntry.due_at, OutboxEntry.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxEntry.delivered_at.is_(None),
        OutboxEntry.batch_id.is_(None),
        or_(OutboxEntry.due_at <= now, OutboxEntry.due_at > now + LONGEST_AHEAD),
    )


def open_batch(session: Session, topic: Topic) -> Batch | None:
    """Return the oldest batch that was begun and is not settled."""
    return session.scalars(
        select(Batch)
        .where(Batch.topic == topic, Batch.delivered_at.is_(None))
        .order_by(Batch.id)
        .limit(1)
    ).first()


def claim(
    session: Session,
    topic: Topic,
    *,
    now: datetime,
    limit: int = 500,
    only: ColumnElement[bool] | None = None,
) -> Batch | None:
    """Gather what is due, and *only* what fits, into a new batch with a mark of its own; None when
    there is nothing.

    The caller commits before it sends anything, so that the mark is known whatever happens
    afterwards.
    """
    entries = due_entries(session, topic, now=now, limit=limit, only=only)
    if not entries:
        return None
    batch = Batch(topic=topic, mark=new_mark(), begun_at=now, due_at=now)
    session.add(batch)
    session.flush()
    for entry in entries:
        entry.batch_id = batch.id
    return batch


def new_mark() -> int:
    """Return a random positive 31-bit number."""
    return secrets.randbelow(LARGEST_MARK) + 1


def entries_of(session: Session, batch_id: int) -> Sequence[OutboxEntry]:
    """Return the entries of a batch that are not settled, oldest first."""
    ours = select(OutboxEntry).where(
        OutboxEntry.batch_id == batch_id, OutboxEntry.delivered_at.is_(None)
    )
    return session.scalars(ours.order_by(OutboxEntry.id)).all()


def settle(session: Session, batch_id: int, *, now: datetime) -> bool:
    """Record that the batch was seen outside; False when another relay recorded it first."""
    won = session.execute(
        update(Batch)
        .where(Batch.id == batch_id, Batch.delivered_at.is_(None))
        .values(delivered_at=now, problem=None)
        .returning(Batch.id)
    ).first()
    if won:
        session.execute(
            update(OutboxEntry).where(OutboxEntry.batch_id == batch_id).values(delivered_at=now)
        )
    return won is not None


def take_one(
    session: Session, topics: Collection[Topic], clinic: str, *, now: datetime, hold: timedelta
) -> OutboxEntry | None:
    """Return the clinic's entry of *topics* that is due first, kept from other workers for *hold*;
    None when nothing is due.

    The caller commits before it sends: when it dies, the next one takes the entry as soon as the
    hold is over.
    """
    entry = session.scalars(
        select(OutboxEntry)
        .join(OutboxEntry.lead)
        .where(OutboxEntry.topic.in_(topics), Lead.clinic == clinic, _waits(now))
        .order_by(OutboxEntry.due_at, OutboxEntry.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxEntry)
    ).first()
    if entry:
        entry.begun_at, entry.due_at, entry.attempts = now, now + hold, entry.attempts + 1
    return entry


def put_off(session: Session, entry_id: int, until: datetime, problem: str) -> None:
    """Try the entry again later, and keep what stood in the way."""
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.delivered_at.is_(None))
        .values(due_at=until, problem=problem)
    )


def settle_one(
    session: Session, entry_id: int, *, now: datetime, problem: str | None = None
) -> bool:
    """End the entry, with its *problem* when it was not sent; False when another worker ended it
    first.
    """
    won = session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.id == entry_id, OutboxEntry.delivered_at.is_(None))
        .values(delivered_at=now, problem=problem)
        .returning(OutboxEntry.id)
    ).first()
    return won is not None


def settle_untried(
    session: Session,
    topics: Collection[Topic],
    clinic: str,
    *,
    before: datetime,
    now: datetime,
    problem: str,
) -> int:
    """End, as not sent, entries of *topics* that wait since *before*; returns how many."""
    ours = select(Lead.id).where(Lead.clinic == clinic)
    ended = session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.topic.in_(topics), OutboxEntry.lead_id.in_(ours))
        .where(OutboxEntry.delivered_at.is_(None), OutboxEntry.asked_at < before)
        .values(delivered_at=now, problem=problem)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def waiting(
    session: Session, topic: Topic, only: ColumnElement[bool] | None = None
) -> tuple[int, datetime | None]:
    """Return how many entries, *only* those that fit, are not delivered yet, and since when the
    oldest waits.
    """
    count, oldest = session.execute(
        select(func.count(), func.min(OutboxEntry.asked_at)).where(
            OutboxEntry.topic == topic,
            OutboxEntry.delivered_at.is_(None),
            true() if only is None else only,
        )
    ).one()
    return count, oldest


def problem_of(session: Session, topic: Topic) -> Problem | None:
    """Return what stands in the way of the oldest entry of *topic* that met a problem and is not
    delivered yet.
    """
    found = session.execute(
        select(OutboxEntry.problem, func.coalesce(OutboxEntry.begun_at, OutboxEntry.asked_at))
        .where(
            OutboxEntry.topic == topic,
            OutboxEntry.delivered_at.is_(None),
            OutboxEntry.problem.is_not(None),
        )
        .order_by(OutboxEntry.id)
        .limit(1)
    ).first()
    return Problem(found[0] or "", found[1]) if found else None
