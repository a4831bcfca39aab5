"""Typed cells for the Sheets API: what is text stays text, whatever it begins with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from intake.desk.columns import Column
from intake.desk.rows import Row

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates are wall-clock days since this one; no zone)
DAY = 86_400
MOMENT = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"}
TEXT = {"type": "TEXT"}
LONGEST_CELL = 50_000  # characters, Google's limit
FIELDS = "userEnteredValue,userEnteredFormat.numberFormat"

Request = dict[str, Any]


def cell(value: str | datetime | None) -> dict[str, Any]:
    """The CellData of a value. `stringValue` is never parsed, so "=1+1" and "+1416…" reach the sheet as they are.

    The text format makes that last: a cell that staff open and close again stays text.
    """
    if value is None:
        return {}
    if isinstance(value, datetime):
        wall = value.replace(tzinfo=None)
        return {
            "userEnteredValue": {"numberValue": round((wall - EPOCH).total_seconds()) / DAY},
            "userEnteredFormat": {"numberFormat": MOMENT},
        }
    return {"userEnteredValue": {"stringValue": value[:LONGEST_CELL]}, "userEnteredFormat": {"numberFormat": TEXT}}


def insert_rows(sheet_id: int, places: Mapping[str, int], rows: Sequence[Row]) -> list[Request]:
    """Requests that put *rows* under the header, the last one on top. *places* are column indexes by key.

    Inserting needs no search for the end of the table, overwrites nothing and works under a filter of the staff.
    One `updateCells` for each run of neighbouring columns, so that columns of the staff between them stay untouched.
    """
    newest_first = list(reversed(rows))
    requests: list[Request] = [
        {
            "insertDimension": {
                "range": {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 1 + len(rows)},
                "inheritFromBefore": False,
            }
        }
    ]
    used = {key for row in rows for key in row}
    for run in _runs({key: index for key, index in places.items() if key in used}):
        first = places[run[0]]
        data = [{"values": [cell(row.get(key)) for key in run]} for row in newest_first]
        start = {"sheetId": sheet_id, "rowIndex": 1, "columnIndex": first}
        requests.append({"updateCells": {"start": start, "rows": data, "fields": FIELDS}})
    return requests


def _runs(places: Mapping[str, int]) -> list[list[str]]:
    ordered = sorted(places, key=lambda key: places[key])
    groups = groupby(enumerate(ordered), key=lambda at: places[at[1]] - at[0])
    return [[key for _, key in group] for _, group in groups]


def header_cells(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The header: bold titles that wrap."""
    style = {"textFormat": {"bold": True}, "wrapStrategy": "WRAP"}
    return [{"userEnteredValue": {"stringValue": column.title}, "userEnteredFormat": style} for column in columns]
