"""The workbook: what it holds, kept on disk after every change."""

import copy
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake.sandbox.access import SPREADSHEET_ID
from intake.sandbox.problems import GoogleError, refused

State = dict[str, Any]
Tab = dict[str, Any]
Cell = dict[str, Any]


def blank() -> State:
    """A new spreadsheet, as Google makes one."""
    return {
        "spreadsheetId": SPREADSHEET_ID,
        "properties": {"title": "Callback queue (sandbox)", "locale": "en_CA", "timeZone": "Etc/GMT"},
        "sheets": [new_tab(0, "Sheet1", {"rowCount": 1000, "columnCount": 26})],
        "metadata": [],
    }


def new_tab(sheet_id: int, title: str, grid: dict[str, int]) -> Tab:
    """A tab without content; only rows that hold something are kept."""
    return {"properties": {"sheetId": sheet_id, "title": title, "gridProperties": grid}, "rows": [], "columns": {}}


class Workbook:
    """One spreadsheet. A change is made on a copy, kept on disk and only then seen: all or nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self.version = 1
        self.state: State = json.loads(path.read_text()) if path.exists() else blank()

    def change(self, work: Callable[[State], Any]) -> Any:
        """Let *work* alter a copy of the state; what it raises leaves everything as it was."""
        with self._changed:
            draft = copy.deepcopy(self.state)
            answer = work(draft)
            self._keep(draft)
            self.state = draft
            self.version += 1
            self._changed.notify_all()
            return answer

    def wait_for_change(self, since: int, seconds: float) -> None:
        """Return when the version is another than *since*, or after *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != since, seconds)

    def _keep(self, state: State) -> None:
        draft = self._path.with_suffix(".draft")
        with draft.open("w") as file:
            json.dump(state, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)


def tab_by_id(state: State, sheet_id: int) -> Tab:
    """The tab with this id; 400 when there is none, as in a request that names it."""
    for tab in state["sheets"]:
        if tab["properties"]["sheetId"] == sheet_id:
            return dict_of(tab)
    raise refused(f"Invalid requests: No grid with id: {sheet_id}")


def tab_by_title(state: State, title: str) -> Tab:
    """The tab with this title."""
    for tab in state["sheets"]:
        if tab["properties"]["title"] == title:
            return dict_of(tab)
    raise GoogleError(400, f"Unable to parse range: {title}")


def dict_of(tab: Any) -> Tab:
    """The tab itself; says its type."""
    found: Tab = tab
    return found


def write_cell(tab: Tab, row: int, column: int, cell: Cell) -> None:
    """Put *cell* into its place; the place must lie inside the grid."""
    grid = tab["properties"]["gridProperties"]
    if not (0 <= row < grid["rowCount"] and 0 <= column < grid["columnCount"]):
        raise refused(f"Invalid requests: cell ({row}, {column}) is outside of the grid ({grid['rowCount']} rows, "
                      f"{grid['columnCount']} columns)")  # fmt: skip
    rows = tab["rows"]
    rows.extend([] for _ in range(row + 1 - len(rows)))
    rows[row].extend({} for _ in range(column + 1 - len(rows[row])))
    rows[row][column] = cell


def read_cell(tab: Tab, row: int, column: int) -> Cell:
    """The cell, which may be empty."""
    rows = tab["rows"]
    if row >= len(rows) or column >= len(rows[row]):
        return {}
    found: Cell = rows[row][column]
    return found
