"""What cells show: ranges in A1 notation, dates by their pattern."""

import re
from datetime import datetime, timedelta
from typing import Any

from intake.sandbox.problems import refused
from intake.sandbox.workbook import Cell, State, Tab, read_cell, tab_by_title

RANGE = re.compile(r"([A-Z]{0,3})(\d*)(?::([A-Z]{0,3})(\d*))?")
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
DATE_PARTS = (("yyyy", "%Y"), ("mm-dd", "%m-%d"), ("dd", "%d"), ("hh:mm", "%H:%M"))


def shown(cell: Cell) -> str:
    """The cell as a person sees it."""
    value = plain(cell)
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and number_format.get("type") in {"DATE", "DATE_TIME"}:
        return _date(value, number_format.get("pattern", "yyyy-mm-dd"))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def plain(cell: Cell) -> Any:
    """The bare value, "" for an empty cell."""
    value = cell.get("userEnteredValue", {})
    return next(iter(value.values()), "")


def _date(serial: float, pattern: str) -> str:
    for written, code in DATE_PARTS:
        pattern = pattern.replace(written, code)
    moment = EPOCH + timedelta(seconds=round(serial * 86_400))
    return moment.strftime(pattern)


def read_range(state: State, asked: str, *, formatted: bool) -> dict[str, Any]:
    """The ValueRange of *asked*, by rows, without the empty cells at the ends."""
    title, _, cells = asked.rpartition("!") if "!" in asked else (asked, "", "")
    tab = tab_by_title(state, title[1:-1].replace("''", "'") if title.startswith("'") else title)
    top, left, bottom, right = _corners(tab, cells)
    rows = [
        [shown(cell) if formatted else plain(cell) for cell in (read_cell(tab, r, c) for c in range(left, right))]
        for r in range(top, min(bottom, len(tab["rows"])))
    ]
    rows = [_trimmed(row) for row in rows]
    while rows and not rows[-1]:
        rows.pop()
    answer: dict[str, Any] = {"range": asked, "majorDimension": "ROWS"}
    return answer | ({"values": rows} if rows else {})


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row = row[:-1]
    return row


def _corners(tab: Tab, cells: str) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of the range, the latter two not included."""
    grid = tab["properties"]["gridProperties"]
    found = RANGE.fullmatch(cells)
    if found is None:
        raise refused(f"Unable to parse range: {cells}")
    first_column, first_row, last_column, last_row = found.groups()
    if last_column is None and last_row is None:
        last_column, last_row = first_column, first_row
    return (
        int(first_row) - 1 if first_row else 0,
        _column(first_column) if first_column else 0,
        int(last_row) if last_row else grid["rowCount"],
        _column(last_column) + 1 if last_column else grid["columnCount"],
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
