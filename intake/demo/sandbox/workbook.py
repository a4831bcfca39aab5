"""The workbook: what it holds, kept on disk after every change."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from intake.demo.sandbox.folder import SPREADSHEET_ID, WORKBOOK_FILE, replace_file
from intake.demo.sandbox.news import News
from intake.demo.sandbox.problems import refused

State = dict[str, Any]
Tab = dict[str, Any]
Cell = dict[str, Any]


def blank() -> State:
    """Return a new spreadsheet, as Google makes one."""
    return {
        "spreadsheetId": SPREADSHEET_ID,
        "properties": {
            "title": "Callback queue (sandbox)",
            "locale": "en_CA",
            "timeZone": "Etc/GMT",
            "autoRecalc": "ON_CHANGE",
        },
        "sheets": [new_tab(0, "Sheet1", {"rowCount": 1000, "columnCount": 26})],
        "metadata": [],
    }


def new_tab(sheet_id: int, title: str, grid: dict[str, int]) -> Tab:
    """Return a tab without content; only rows that hold something are kept, each with a number of
    its own in `lines`.
    """
    properties = {"sheetId": sheet_id, "title": title, "gridProperties": grid}
    return {"properties": properties, "rows": [], "lines": [], "columns": {}, "hidden": []}


class Workbook:
    """One spreadsheet. A change is made on a copy, kept on disk and only then seen: all or
    nothing.
    """

    def __init__(self, data: Path, news: News) -> None:
        self._path = data / WORKBOOK_FILE
        self._lock = threading.Lock()
        self._news = news
        self.state: State = json.loads(self._path.read_text())
        for tab in self.state["sheets"]:  # a file of an earlier version lacks these
            tab.setdefault("hidden", [])
            tab.setdefault("lines", list(range(len(tab["rows"]))))

    def change(self, work: Callable[[State], Any]) -> Any:
        """Let *work* alter a copy of the state; what it raises leaves everything as it was."""
        with self._lock:
            draft = _draft(self.state)
            answer = work(draft)
            replace_file(self._path, json.dumps(draft))
            self.state = draft
        self._news.spread()
        return answer


def _draft(state: State) -> State:
    """Return a copy to work on. Ten thousand rows are many cells: a cell is replaced, never
    altered, so copies share them.
    """
    rows = [tab["rows"] for tab in state["sheets"]]
    bare = {**state, "sheets": [{**tab, "rows": []} for tab in state["sheets"]]}
    draft: State = json.loads(json.dumps(bare))  # many times faster than a deep copy
    for tab, kept in zip(draft["sheets"], rows, strict=True):
        tab["rows"] = [row.copy() for row in kept]
    return draft


def tab_by_id(state: State, sheet_id: int) -> Tab:
    """Return the tab with this id; 400 when there is none, as in a request that names it."""
    for tab in tabs_of(state):
        if tab["properties"]["sheetId"] == sheet_id:
            return tab
    raise refused(f"No grid with id: {sheet_id}")


def tab_by_title(state: State, title: str, asked: str) -> Tab:
    """Return the tab with this title, of which Google does not mind the case; *asked* is the range
    that names it.
    """
    for tab in tabs_of(state):
        if tab["properties"]["title"].casefold() == title.casefold():
            return tab
    raise refused(f"Unable to parse range: {asked}")


def tabs_of(state: State) -> list[Tab]:
    """Return the tabs in their order."""
    found: list[Tab] = state["sheets"]
    return found


def new_line(tab: Tab) -> int:
    """Return a number that no row of the tab has or had before: how the page finds a row again that
    was moved.
    """
    number: int = tab.get("next_line", max(tab["lines"], default=-1) + 1)
    tab["next_line"] = number + 1
    return number


def write_cell(tab: Tab, row: int, column: int, cell: Cell) -> None:
    """Put *cell* into its place; the place must lie inside the grid."""
    grid = tab["properties"]["gridProperties"]
    for kind, at, size in (("row", row, grid["rowCount"]), ("column", column, grid["columnCount"])):
        if not 0 <= at < size:
            raise refused(
                f"Attempting to write {kind}: {at}, beyond the last requested {kind} of: {size - 1}"
            )
    rows = tab["rows"]
    while len(rows) <= row:
        rows.append([])
        tab["lines"].append(new_line(tab))
    rows[row].extend({} for _ in range(column + 1 - len(rows[row])))
    rows[row][column] = cell


def read_cell(tab: Tab, row: int, column: int) -> Cell:
    """Return the cell, which may be empty."""
    rows = tab["rows"]
    if row >= len(rows) or column >= len(rows[row]):
        return {}
    found: Cell = rows[row][column]
    return found
