"""Take rows out of the sheet: locked or erased records, and requests that were closed since long.

An entry asks for it; it is settled when a look shows that no row of the lead is there. Until then
the row is emptied, again and again if need be, by a call that empties nothing else (`clear_rows`).
Copies that staff made go as well. At least once is enough here: to take out what is not there does
nothing.
"""

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Lead, OutboxEntry, Topic
from intake.outbox import Progress, due_entries, put_off, settle_one
from intake.sheet.errors import SheetError, SheetFull, SheetRefused
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.present_rows import note_gone
from intake.sheet.queue.reading import Reading
from intake.sheet.queue.removal_orders import IS_IN_FLIGHT
from intake.sheet.sync.clear_rows import empty_if_unchanged, move_down
from intake.sheet.sync.readback import ReadableSheet
from intake.sheet.sync.sheet_step import LOOK_AGAIN, SheetStep, wait_after
from intake.sheet.sync.snapshot import Snapshot, take_snapshot

log = logging.getLogger(__name__)

AT_ONCE, PACE = 200, timedelta(seconds=30)
"""Rows in one call, and the rest after they are gone: many that leave must not keep new requests
waiting.
"""
LOOK_AFTER = timedelta(seconds=2)
MANY_ATTEMPTS = 5
STUCK = (
    "A row that must leave the sheet cannot be taken out by itself; delete it there by hand: {}."
)

Asked = Mapping[int, tuple[int, str]]
"""The lead and its reference, by the id of an outbox entry."""


@dataclass
class Removal(SheetStep):
    """One queue's removals."""

    sheet: ReadableSheet
    emptied: list[int] = field(default_factory=list)
    """Lines that the last call should have emptied, until the next look. Forgotten, they stay where
    they are.
    """
    tab: int = 0
    """The tab that they are in."""
    most: int = AT_ONCE
    """Rows in the next call: fewer after a refusal, until the row that Google will not let go is
    found.
    """

    def step(self, now: datetime) -> Progress:
        """Look, settle what is gone, and empty what is still there. May be killed at any line.

        1. Find what is asked for. A lead whose batch is in flight waits: its row may appear any
        moment.
        2. Read the sheet, and settle the entries of which no row is there.
        3. Put lines that were emptied before behind the last row.
        4. Empty the rows that are there, and look again shortly.
        """
        with self.database.writing() as session:
            asked = _asked(session, self.clinic, now)
        if not asked:
            return Progress()
        began = self.stopwatch()
        try:
            reading = self.sheet.read([column.tag for column in queue_columns(self.clinic.queue)])
            looked = take_snapshot(self.database, self.clinic, reading, now=now)
            there = {
                entry: (lead, ref) for entry, (lead, ref) in asked.items() if ref in looked.strays
            }
            gone = self._settle(
                {entry: asked[entry][0] for entry in asked.keys() - there.keys()}, now
            )
            moved = self._tidy(reading)
            refused = (
                self._empty(reading, looked, there, began, now) if there and not moved else None
            )
        except SheetError as error:
            return self._failed(asked, error, now)
        return self._next(asked, there, gone, now, refused)

    def _settle(self, gone: Mapping[int, int], now: datetime) -> int:
        with self.database.writing() as session:
            # What another relay settled first may stand there again for good reason
            settled = {
                entry: lead for entry, lead in gone.items() if settle_one(session, entry, now=now)
            }
            for entry, lead in settled.items():
                _void_earlier(session, lead, entry, now)
            note_gone(session, set(settled.values()), now=now)
        if settled:
            log.info("taken out", extra={"rows": len(settled)})
        return len(settled)

    def _tidy(self, reading: Reading) -> bool:
        """Return whether a call was made for it."""
        lines, self.emptied = self.emptied, []
        used = {row.index for row in reading.rows(queue_columns(self.clinic.queue))}
        end = max(used, default=0) + 1
        blank = [at for at in lines if at not in used and at < end]
        if blank:
            self.sheet.apply(move_down(self.tab, blank, end))
        return bool(blank)

    def _empty(
        self, reading: Reading, looked: Snapshot, there: Asked, began: float, now: datetime
    ) -> str | None:
        """Empty rows, and say what Google has against one."""
        layout = self.sheet.layout()
        if reading.has_moved(layout):
            return None
        chosen = dict(islice(there.items(), self.most))
        rows = [row for _, ref in chosen.values() for row in looked.strays[ref]]
        requests = empty_if_unchanged(
            layout.sheet_id, rows, layout.indexes(queue_columns(self.clinic.queue))
        )
        self.require_recent(began)
        try:
            if requests:
                self.sheet.apply(requests)
        except SheetFull:
            raise  # no row is to blame
        except SheetRefused as error:
            return self._narrow(chosen, error, now)
        with self.database.writing() as session:
            _count_attempt(session, chosen, now)
        self.tab, self.emptied, self.most = layout.sheet_id, [row.index for row in rows], AT_ONCE
        return None

    def _narrow(self, chosen: Asked, error: SheetRefused, now: datetime) -> str | None:
        """Take half of the rows next time: one that Google will not let go must not keep the others
        here.
        """
        if len(chosen) > 1:
            self.most = (len(chosen) + 1) // 2
            return None
        self.most, problem = AT_ONCE, ""
        with self.database.writing() as session:
            for entry, (_, ref) in chosen.items():
                problem = f"The row of {ref} must leave the sheet and cannot be taken out. {error}"
                put_off(session, entry, now + LOOK_AGAIN, problem)
        log.warning("not taken out", extra={"reason": type(error).__name__})
        return problem

    def _next(
        self, asked: Asked, there: Asked, gone: int, now: datetime, refused: str | None
    ) -> Progress:
        if not there:
            return Progress(
                not_before=now + PACE if gone else None, was_put_off=len(asked) == AT_ONCE
            )
        with self.database.writing() as session:
            often = select(OutboxEntry.id).where(
                OutboxEntry.id.in_(there), OutboxEntry.attempts >= MANY_ATTEMPTS
            )
            stuck = set(session.scalars(often))
            problem = (
                STUCK.format(", ".join(sorted({there[entry][1] for entry in stuck})[:10]))
                if stuck
                else None
            )
            for entry in stuck:
                put_off(session, entry, now + LOOK_AGAIN, problem or "")
        return Progress(not_before=now + LOOK_AFTER, problem=refused or problem, was_put_off=True)

    def _failed(self, asked: Asked, error: SheetError, now: datetime) -> Progress:
        until = now + max(wait_after(error), LOOK_AFTER)
        with self.database.writing() as session:
            for entry in asked:
                put_off(session, entry, until, str(error))
        log.warning("not taken out", extra={"reason": type(error).__name__})
        return Progress(not_before=until, problem=str(error))


def _asked(session: Session, clinic: Clinic, now: datetime) -> Asked:
    ours = OutboxEntry.lead_id.in_(select(Lead.id).where(Lead.clinic == clinic.key, ~IS_IN_FLIGHT))
    entries = due_entries(session, Topic.REMOVE_ROW, now=now, limit=AT_ONCE, only=ours)
    return {entry.id: (entry.lead_id, entry.lead.ref) for entry in entries}


def _void_earlier(session: Session, lead_id: int, removal: int, now: datetime) -> None:
    """Settle what asked for the row before it was asked to leave, and was not begun."""
    session.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.lead_id == lead_id,
            OutboxEntry.topic == Topic.QUEUE_ROW,
            OutboxEntry.id < removal,
        )
        .where(OutboxEntry.delivered_at.is_(None), OutboxEntry.batch_id.is_(None))
        .values(delivered_at=now)
    )


def _count_attempt(session: Session, entries: Collection[int], now: datetime) -> None:
    for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.id.in_(entries))):
        entry.attempts, entry.begun_at = entry.attempts + 1, entry.begun_at or now
