"""Requests that empty a row only if it still says what was seen: the one compare-and-clear that
Google offers.

A row is named by its index, and staff may sort, insert or delete between our look and our call;
metadata on rows does not survive a sort for certain. So nothing is deleted by index. Above the
place where the row was seen a line is put in that says the same in the cells that tell whose row it
is, and `deleteDuplicates` looks at these two lines alone: the second goes if it says the same, and
stays if it is anybody else's by now. Then our line goes. All in one call, which is applied as a
whole (docs/decisions/0007).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.sheet.queue.cells import TEXT, Request
from intake.sheet.queue.reading import SeenRow

TELLING = ("ref", "name", "phone")
"""Columns whose texts tell whose row it is. Not the time of receipt: how a number is shown is up to
staff.
"""


def empty_if_unchanged(
    sheet_id: int, rows: Sequence[SeenRow], places: Mapping[str, int]
) -> list[Request]:
    """Empty those of *rows* that still say what they said. *places* are column indexes by key."""
    from_below = sorted(rows, key=lambda row: row.index, reverse=True)
    return [request for row in from_below for request in _one(sheet_id, row, places)]


def move_down(sheet_id: int, lines: Sequence[int], end: int) -> list[Request]:
    """Put empty *lines* behind the last row, *end*. Should one be somebody's by now, nothing of it
    is lost.
    """
    return [
        {"moveDimension": {"source": _line(sheet_id, at), "destinationIndex": end}}
        for at in sorted(lines, reverse=True)
    ]


def _one(sheet_id: int, row: SeenRow, places: Mapping[str, int]) -> list[Request]:
    at = row.index
    said = {
        places[key]: text
        for key in TELLING
        if key in places and isinstance(text := row.values.get(key), str)
    }
    known = {place: text for place, text in said.items() if text}
    if not known:
        return []
    pair = {"sheetId": sheet_id, "startRowIndex": at, "endRowIndex": at + 2}
    columns = [
        {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
        for place in known
    ]
    return [
        {"insertDimension": {"range": _line(sheet_id, at), "inheritFromBefore": False}},
        *(_cell(sheet_id, at, place, text) for place, text in known.items()),
        {"deleteDuplicates": {"range": pair, "comparisonColumns": columns}},
        {"deleteDimension": {"range": _line(sheet_id, at)}},
    ]


def _cell(sheet_id: int, row: int, column: int, text: str) -> Request:
    content: dict[str, Any] = {
        "userEnteredValue": {"stringValue": text},
        "userEnteredFormat": {"numberFormat": TEXT},
    }
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    return {"updateCells": {"start": start, "rows": [{"values": [content]}], "fields": fields}}


def _line(sheet_id: int, at: int) -> dict[str, Any]:
    return {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
