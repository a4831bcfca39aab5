"""updateCells: typed cells are written where they are told to be, and only the fields that are
named.
"""

from typing import Any

from intake.demo.sandbox.attached import refuse_locked
from intake.demo.sandbox.masks import paths, pick
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.ranges import of_indexes
from intake.demo.sandbox.shapes import CELL
from intake.demo.sandbox.workbook import State, Tab, read_cell, tab_by_id, write_cell

LONGEST_TEXT = 50_000


def update_cells(state: State, body: dict[str, Any]) -> None:
    """With `start` what is given is written; with `range` all of the range is, and what is not
    given there is cleared.

    (Discovery document, UpdateCellsRequest.)
    """
    fields = wanted(body, CELL)
    rows = [row.get("values", []) for row in body.get("rows", [])]
    if "start" in body:
        start = body["start"]
        tab, top, left = (
            tab_by_id(state, start.get("sheetId", 0)),
            start.get("rowIndex", 0),
            start.get("columnIndex", 0),
        )
    elif "range" in body:
        tab, top, left, bottom, right = of_indexes(state, body["range"])
        if len(rows) > bottom - top or any(len(row) > right - left for row in rows):
            raise refused("Attempting to write beyond the last requested row or column.")
        rows = _padded(tab, rows, top, bottom, right - left)
    else:
        raise refused("Must specify a range or a start.")
    _refuse_locked(tab, top, left, rows)
    for down, row in enumerate(rows):
        for right_by, given in enumerate(row):
            _refuse_long_text(given)
            at = top + down, left + right_by
            write_cell(tab, *at, pick(given, read_cell(tab, *at), fields))


def wanted(body: dict[str, Any], shape: Any) -> list[tuple[str, ...]]:
    """Return the fields that a change names; Google insists on some."""
    if not body.get("fields"):
        raise refused(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    return paths(body["fields"], shape)


def _refuse_locked(tab: Tab, top: int, left: int, rows: list[list[Any]]) -> None:
    ends = {"endRowIndex": top + len(rows), "endColumnIndex": left + max(map(len, rows), default=0)}
    refuse_locked(tab, {"startRowIndex": top, "startColumnIndex": left, **ends})


def _padded(tab: Tab, rows: list[list[Any]], top: int, bottom: int, width: int) -> list[list[Any]]:
    # Below the last row that holds something there is nothing to clear.
    height = max(len(rows), min(bottom, len(tab["rows"])) - top)
    return [
        [*row, *[{}] * (width - len(row))]
        for row in [*rows, *[[] for _ in range(height - len(rows))]]
    ]


def _refuse_long_text(cell: dict[str, Any]) -> None:
    if len(cell.get("userEnteredValue", {}).get("stringValue", "")) > LONGEST_TEXT:
        raise refused(
            f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a "
            "single cell."
        )
