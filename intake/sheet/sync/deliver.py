"""Deliver the queue: exactly one row for each lead, whatever happens on the way.

The batch's mark is committed before anything is sent, and travels with the rows in one
all-or-nothing call as developer metadata with an id of our choosing. Google accepts an id once, so
a second or late copy of the same batch is refused by Google itself; and whether a batch was applied
is asked of the sheet, never guessed. Rows are composed when they are sent: an unapplied batch may
be composed anew.
"""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from intake.models import Batch, Topic
from intake.outbox import Progress, claim, entries_of, is_due, new_mark, open_batch, settle
from intake.sheet.errors import (
    SheetError,
    SheetFull,
    SheetNeedsStaff,
    SheetProtected,
    SheetRefused,
)
from intake.sheet.google.marks import REST, Mark
from intake.sheet.queue.cells import Request, insert_rows, row_in_and_out
from intake.sheet.queue.columns import Layout, queue_columns
from intake.sheet.queue.present_rows import compose, put_into_tab, skip_delivery
from intake.sheet.queue.removal_orders import MAY_COME
from intake.sheet.shape.choices import for_new_rows
from intake.sheet.sync.set_aside import in_googles_words, set_aside
from intake.sheet.sync.sheet_step import SheetStep, wait_after

log = logging.getLogger(__name__)

LARGEST_BATCH = 500
MANY, SLOW_PACE = 300, timedelta(seconds=5)
"""More batches than this within the time that a mark must rest: gather more in each, or marks would
fill the sheet.
"""
AFTER_HALVING = timedelta(seconds=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=5)
# In a spreadsheet that is full: whoever makes room watches what happens
TRY_FOR_ROOM = timedelta(seconds=15)


class QueueSheet(Protocol):
    """What delivery needs of the adapter."""

    def layout(self) -> Layout: ...
    def add_rows(self, insert: Sequence[Request], mark: Mark) -> None: ...
    def value_of_mark(self, mark_id: int) -> str | None: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


@dataclass
class Delivery(SheetStep):
    """One queue's delivery: where from, where to, and for whom."""

    sheet: QueueSheet
    deployment: str
    """Tells this installation's marks from another's in the same spreadsheet."""
    jitter: Callable[[], float] = random.random

    def step(self, now: datetime) -> Progress:
        """Settle or send one batch. May be killed at any line.

        1. Take the batch that was begun and not settled, or begin one and commit its mark.
        2. One that was begun earlier may have been applied: ask the sheet for its mark, and settle
        it if it is there.
        3. Otherwise compose the rows, note the tab, and send them with the mark in one call.
        4. Refused? Then either the mark is there already (settle) or somebody must look.
        5. Record the outcome; what is not delivered is tried again later, with the same mark.
        """
        with self.database.writing() as session:
            batch = open_batch(session, Topic.QUEUE_ROW)
            begun_earlier = batch is not None
            batch = batch or claim(
                session, Topic.QUEUE_ROW, now=now, limit=LARGEST_BATCH, only=MAY_COME
            )
        if batch is None:
            return Progress()
        if not is_due(batch.due_at, now):
            return Progress(not_before=batch.due_at, problem=batch.problem)
        try:
            began = self.stopwatch()
            if not (begun_earlier and self._is_there(batch)):
                self._send(batch, now, began)
        except (SheetFull, SheetProtected) as error:
            return self._failed(batch, error, now)
        except SheetRefused as error:
            return self._halved(batch, now) or self._set_aside(batch, error, now)
        except SheetError as error:
            return self._failed(batch, error, now)
        return self._delivered(batch, now)

    def _send(self, batch: Batch, now: datetime, began: float) -> None:
        layout = self.sheet.layout()
        with self.database.writing() as session:
            session.execute(update(Batch).where(Batch.id == batch.id).values(tab=layout.sheet_id))
            skip_delivery(session, batch.id, tab=layout.sheet_id, now=now)
        with self.database.reading() as session:
            insert = self._compose(session, batch, layout, now)
        self.require_recent(began)  # else the mark may be gone
        try:
            self.sheet.add_rows(insert, self._mark(batch))
        except SheetRefused:
            if not self._is_there(batch):
                raise

    def _compose(
        self, session: Session, batch: Batch, layout: Layout, now: datetime
    ) -> list[Request]:
        columns = queue_columns(self.clinic.queue)
        leads = dict.fromkeys(entry.lead_id for entry in entries_of(session, batch.id))
        rows = compose(session, self.clinic, list(leads), now=now)
        found = [rows[lead_id] for lead_id in leads]
        places, dates = layout.indexes(columns), self.clinic.queue.date_format
        if not found:
            # the mark goes alone: an earlier copy of the batch, with rows in it, must not come true
            # later
            return []
        return [
            *insert_rows(layout.sheet_id, places, found, at=layout.first_row, dates=dates),
            *for_new_rows(layout, self.clinic, len(found)),
        ]

    def _mark(self, batch: Batch) -> Mark:
        return Mark(batch.mark, f"{self.deployment}.{batch.id}")

    def _is_there(self, batch: Batch) -> bool:
        """Return whether the sheet shows the batch's mark.

        Another's mark under our number means that nothing of ours was ever accepted: a new one is
        drawn.
        """
        value = self.sheet.value_of_mark(batch.mark)
        if value is not None and value != self._mark(batch).value:
            with self.database.writing() as session:
                batch.mark = new_mark()
                session.execute(update(Batch).where(Batch.id == batch.id).values(mark=batch.mark))
            return False
        return value is not None

    def _delivered(self, batch: Batch, now: datetime) -> Progress:
        with self.database.writing() as session:
            leads = {entry.lead_id for entry in entries_of(session, batch.id)}
            won = settle(session, batch.id, now=now)
            if won:
                put_into_tab(session, leads, batch.id, now=now)
            lately = (
                session.scalar(select(func.count()).where(Batch.delivered_at > now - REST)) or 0
            )
        log.info("delivered", extra={"batch": batch.id, "rows": len(leads), "settled_here": won})
        rest = now + SLOW_PACE if lately > MANY else None
        return Progress(done=len(leads), not_before=rest, was_put_off=not leads)

    def _halved(self, batch: Batch, now: datetime) -> Progress | None:
        """Let the later half of the batch wait for another one; None for a single row, which cannot
        be halved.
        """
        with self.database.writing() as session:
            entries = entries_of(session, batch.id)
            for entry in entries[(len(entries) + 1) // 2 :]:
                entry.batch_id = None
        log.warning("batch halved", extra={"batch": batch.id, "rows": len(entries)})
        return (
            Progress(not_before=now + AFTER_HALVING, was_put_off=True) if len(entries) > 1 else None
        )

    def _set_aside(self, batch: Batch, error: SheetError, now: datetime) -> Progress:
        """Give up on a single row for now. Its mark is used up first: no earlier copy of it must
        come true later.

        Where an empty row is refused as well, or the mark alone, it is not this row that is wrong.
        """
        try:
            layout = self.sheet.layout()
            self.sheet.apply(row_in_and_out(layout.sheet_id, layout.first_row))
            self.sheet.add_rows([], self._mark(batch))
        except SheetError as worse:
            return self._failed(batch, worse, now)
        with self.database.writing() as session:
            set_aside(session, batch, error, now=now)
        log.warning("row set aside", extra={"batch": batch.id})
        return Progress(not_before=now + AFTER_HALVING, was_put_off=True)

    def _failed(self, batch: Batch, error: SheetError, now: datetime) -> Progress:
        due, problem = (
            now + wait_for_next_try(error, batch.attempts, self.jitter()),
            in_googles_words(error),
        )
        with self.database.writing() as session:
            session.execute(
                update(Batch)
                .where(Batch.id == batch.id, Batch.delivered_at.is_(None))
                .values(attempts=Batch.attempts + 1, due_at=due, problem=problem)
            )
        log.warning("not delivered", extra={"batch": batch.id, "reason": type(error).__name__})
        return Progress(not_before=due, problem=problem)


def wait_for_next_try(error: SheetError, attempts: int, jitter: float) -> timedelta:
    """Return how long to wait: doubling with *jitter* (0 to 1), or what Google asked for, or until
    a person can have acted.
    """
    if isinstance(error, SheetFull):
        return TRY_FOR_ROOM
    if isinstance(error, SheetNeedsStaff):
        return wait_after(error)
    doubled = min(FIRST_WAIT * (1 << min(attempts, 10)), LONGEST_WAIT) * (0.5 + jitter / 2)
    return max(doubled, wait_after(error))


def deployment_id(secret: str) -> str:
    """Six hex digits that stay with this installation's secret and tell nothing of it."""
    return sha256(b"deployment:" + secret.encode()).hexdigest()[:6]
