"""Marks in the sheet: what makes a batch recognisable there, and how old ones are taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select, update

from intake.db import Database
from intake.models import Batch, Topic
from intake.outbox import Progress
from intake.sheet.errors import SheetError

MARK_KEY = "intake.mark"
AT_ONCE = 200  # 30,000 characters of metadata fit a spreadsheet; a mark takes about 25
REST = timedelta(hours=1)  # a late copy of a batch may reach Google up to 180 s after it was sent
PACE = timedelta(seconds=2)
LOOK_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Mark:
    """The developer metadata of a batch: an id of our choosing, which Google accepts once, and
    whose it is.
    """

    id: int
    value: str


class MarkedSheet(Protocol):
    """What this step needs of the adapter."""

    def marks(self) -> dict[int, str]: ...
    def remove_marks(self, mark_ids: Sequence[int]) -> None: ...


def remove_old_marks(database: Database, sheet: MarkedSheet, now: datetime) -> Progress:
    """Take settled marks out of the spreadsheet before they fill it, as many at once as make a call
    worth while.

    Only those that are still there are named: Google does not say what it makes of a missing one.
    In a call of its own, so that it cannot spoil a delivery.
    """
    settled = (
        select(Batch.mark, Batch.id)
        .where(
            Batch.topic == Topic.QUEUE_ROW,
            Batch.mark_removed_at.is_(None),
            Batch.delivered_at < now - REST,
        )
        .order_by(Batch.delivered_at)
        .limit(AT_ONCE)
    )
    with database.reading() as session:
        old = {row.mark: row.id for row in session.execute(settled)}
    if len(old) < AT_ONCE:
        return Progress()
    try:
        there = [mark for mark in sheet.marks() if mark in old]
        if there:
            sheet.remove_marks(there)
    except SheetError as error:
        return Progress(not_before=now + LOOK_AGAIN, problem=str(error))
    with database.writing() as session:
        session.execute(update(Batch).where(Batch.id.in_(old.values())).values(mark_removed_at=now))
    return Progress(not_before=now + PACE)
