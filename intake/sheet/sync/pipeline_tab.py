"""The Pipeline tab: whether the sheet is live, what waits and the last problem, so that staff see
it at a glance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from intake.config import Clinic
from intake.db import Database
from intake.outbox import Problem, Progress
from intake.sheet.errors import SheetError
from intake.sheet.queue.backlog import Backlog, backlog
from intake.sheet.queue.cells import FIELDS, Request, cell
from intake.sheet.shape.tabs import LABELS, PIPELINE
from intake.sheet.sync.sheet_step import LOOK_AGAIN

Line = str | datetime | None
EVERY = timedelta(minutes=1)


class Board(Protocol):
    """What the bulletin needs of the adapter."""

    def tab_id(self, name: str) -> int | None: ...
    def texts(self, name: str) -> list[list[str]]: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


def no_alarm() -> Problem | None:
    """Nothing that is worse than what stands in the way of the queue."""
    return None


@dataclass
class LastProblem:
    """Stays on the board when it is solved: staff want to know what it was."""

    words: str | None = None
    since: datetime | None = None
    is_over: bool = True


@dataclass(frozen=True)
class Bulletin:
    """Writes the board once a minute. Two reads and one write; it lives without the tab, too."""

    database: Database
    sheet: Board
    clinic: Clinic
    alarm: Callable[[], Problem | None] = no_alarm
    """What is told before anything else: that the consent log was altered."""
    last: LastProblem = field(default_factory=LastProblem)

    def step(self, now: datetime) -> Progress:
        """Write how the queue stands *now*."""
        with self.database.reading() as session:
            state = backlog(session, self.clinic.key)
        self._remember(state)
        try:
            tab = self.sheet.tab_id(PIPELINE)
            if tab is not None:
                lines = dict(zip(LABELS, self._lines(state, now), strict=True))
                self.sheet.apply(
                    _write(tab, lines, self.sheet.texts(PIPELINE), self.clinic.queue.date_format)
                )
        except SheetError as error:
            return Progress(not_before=now + LOOK_AGAIN, problem=str(error))
        return Progress(not_before=now + EVERY)

    def _remember(self, state: Backlog) -> None:
        alarm = self.alarm()
        words, since = (alarm.words, alarm.since) if alarm else (state.problem, state.problem_since)
        self.last.is_over = words is None
        if words:
            self.last.words, self.last.since = words, since

    def _lines(self, state: Backlog, now: datetime) -> list[Line]:
        solved = " (solved)" if self.last.is_over and self.last.words else ""
        words = f"{self.last.words}{solved}" if self.last.words else "None"
        moments = (now, state.oldest, state.read_at, self.last.since)
        updated, oldest, read, since = (
            one.astimezone(self.clinic.time_zone) if one else None for one in moments
        )
        counts = [str(count) for count in (state.removed, state.repaired, state.conflicts)]
        return [updated, str(state.waiting), oldest, read, *counts, words, since]


def _write(
    tab: int, lines: Mapping[str, Line], standing: Sequence[Sequence[str]], dates: str
) -> list[Request]:
    """Write each value beside its label, wherever that stands; a label that is gone comes back at
    the top.
    """
    places = {
        text: (row, at)
        for row, texts in enumerate(standing)
        for at, text in enumerate(texts)
        if text in lines
    }
    gone = [label for label in lines if label not in places]
    values = [
        _cells(tab, row + len(gone), at + 1, [cell("alert", lines[label], dates)])
        for label, (row, at) in places.items()
    ]
    if not gone:
        return values
    room = {"range": {"sheetId": tab, "dimension": "ROWS", "startIndex": 0, "endIndex": len(gone)}}
    anew = [
        _cells(tab, row, 0, [cell("alert", text, dates) for text in (label, lines[label])])
        for row, label in enumerate(gone)
    ]
    return [{"insertDimension": room}, *anew, *values]


def _cells(tab: int, row: int, column: int, cells: Sequence[Request]) -> Request:
    start = {"sheetId": tab, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(cells)}], "fields": FIELDS}}
