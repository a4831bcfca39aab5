"""Read the sheet back: what staff wrote becomes call log and state, and pipeline cells that drifted
are put right.

One read fetches every bound column by its metadata. Nothing is written to a staff column, ever.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from intake.outbox import Progress
from intake.sheet.errors import SheetError
from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import Column, Layout, queue_columns
from intake.sheet.queue.header import problem_with_header
from intake.sheet.queue.health import (
    health_of,
    is_noted,
    note_problem,
    note_reading,
    note_spreadsheet,
)
from intake.sheet.queue.reading import Reading
from intake.sheet.queue.removal_orders import repeat_removal
from intake.sheet.sync.comparison import SheetComparison, compare
from intake.sheet.sync.drift import Drift, drifted, repairs
from intake.sheet.sync.record_changes import record_changes
from intake.sheet.sync.sheet_step import SheetStep, wait_after
from intake.sheet.sync.snapshot import Snapshot, refresh_snapshot, take_snapshot

log = logging.getLogger(__name__)

AFTER_REPAIR = timedelta(seconds=2)
"""Staff may have sorted between our look and our write: look again soon, and put right what landed
in a wrong row.

Twice as late each time when that look had to repair as well: whatever fights with us must not use
up all our calls.
"""
LIGHT = (
    10  # rest at least so many times as long as a look took: a very long queue is read less often
)


class ReadableSheet(Protocol):
    """What read-back needs of the adapter."""

    @property
    def spreadsheet_id(self) -> str: ...
    def layout(self) -> Layout: ...
    def read(self, tags: Sequence[str]) -> Reading: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


@dataclass
class ReadBack(SheetStep):
    """One queue's read-back."""

    sheet: ReadableSheet
    soon: timedelta = AFTER_REPAIR

    def step(self, now: datetime) -> Progress:
        """Look once. May be killed at any line: the next look sees the same.

        1. Read the columns, find out whose row each is, and compare with what the database knows.
        2. Write down what happened, in one transaction.
        3. Put right the pipeline cells that say something else than they should; the Alert is one
        of them.
        """
        began = self.stopwatch()
        try:
            reading = self.sheet.read([column.tag for column in self._columns])
            self._note_spreadsheet()
            looked, problem = self._take_in(reading, now, began)
            mended = self._mend(reading, looked, began)
        except SheetError as error:
            return self._failed(error, now)
        with self.database.writing() as session:
            health = health_of(session, self.clinic.key)
            health.repaired += _tell([one for one in mended if one.column.key != "alert"])
            note_reading(health, problem, now=now)
        rest = self._rest(timedelta(seconds=self.stopwatch() - began), repaired=bool(mended))
        return Progress(not_before=now + rest, problem=problem)

    @property
    def _columns(self) -> Sequence[Column]:
        return queue_columns(self.clinic.queue)

    @property
    def _every(self) -> timedelta:
        return timedelta(seconds=self.clinic.queue.read_every_seconds)

    def _rest(self, took: timedelta, *, repaired: bool) -> timedelta:
        rest = max(self._every, LIGHT * took)
        wait, self.soon = (
            (min(self.soon, rest), min(2 * self.soon, rest)) if repaired else (rest, AFTER_REPAIR)
        )
        return wait

    def _note_spreadsheet(self) -> None:
        with self.database.reading() as session:
            noted = is_noted(session, self.clinic.key, self.sheet.spreadsheet_id)
        if not noted:
            with self.database.writing() as session:
                note_spreadsheet(session, self.clinic.key, self.sheet.spreadsheet_id)

    def _take_in(
        self, reading: Reading, now: datetime, began: float
    ) -> tuple[Snapshot, str | None]:
        looked = take_snapshot(self.database, self.clinic, reading, now=now)
        self._send_away(looked, now)
        seen, header = (
            compare(looked.standing, looked.found),
            problem_with_header(reading, self._columns),
        )
        if not seen.concerned:
            return looked, _problem(seen, 0) or header
        tab = self.sheet.layout().sheet_id if seen.missing or seen.returned else None
        lost = sum(seen.is_emptied or looked.standing[ref].tab != tab for ref in seen.missing)
        self.require_recent(began)
        with self.database.writing() as session:
            absorbed = record_changes(session, self.clinic, seen, tab=tab, now=now)
        if absorbed.changes:
            log.info("read back", extra={"changes": absorbed.changes})
        return refresh_snapshot(
            self.database, self.clinic, looked, seen.concerned, now=now
        ), _problem(seen, lost) or header

    def _send_away(self, looked: Snapshot, now: datetime) -> None:
        """Have rows taken out that are out and stand there: pasted back, or brought back by an
        undo.
        """
        if looked.strays:
            with self.database.writing() as session:
                asked = repeat_removal(session, self.clinic, looked.strays.keys(), now=now)
            if asked:
                log.warning("row to leave again", extra={"rows": asked})

    def _mend(self, reading: Reading, looked: Snapshot, began: float) -> list[Drift]:
        cells = drifted(looked.found, looked.expected, reading, self._columns)
        if not cells:
            return []
        layout = self.sheet.layout()
        if reading.has_moved(layout):
            return []
        self.require_recent(began)
        self.sheet.apply(repairs(layout.sheet_id, cells, dates=self.clinic.queue.date_format))
        return cells

    def _failed(self, error: SheetError, now: datetime) -> Progress:
        with self.database.writing() as session:
            note_problem(health_of(session, self.clinic.key), str(error), now=now)
        log.warning("not read", extra={"reason": type(error).__name__})
        wait = max(wait_after(error), self._every)
        return Progress(not_before=now + wait, problem=str(error))


def _problem(seen: SheetComparison, lost: int) -> str | None:
    if lost:
        return (
            f"{lost} rows vanished all at once; undo it in the sheet (File › Version history), or "
            "run “intake sheet restore” to bring them back."
        )
    if seen.wiped:
        return (
            f"{', '.join(seen.wiped)} is empty in every row of the queue, and was not before. Undo "
            "it in the sheet (File › Version history), or run “intake sheet restore”."
        )
    return None


def _tell(drift: Sequence[Drift]) -> int:
    if drift:
        columns = sorted({one.column.key for one in drift})
        log.warning("repaired", extra={"cells": len(drift), "columns": ",".join(columns)})
    return len(drift)
