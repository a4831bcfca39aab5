"""Typed cells for the Sheets API: what is text stays text, whatever it begins with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from intake.sheet.queue.columns import Column, Owner
from intake.sheet.queue.rows import Row

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates are wall-clock days since this one; no zone)
DAY = 86_400
TEXT = {"type": "TEXT"}
WRAPPED = frozenset({"alert", "notes", "what_hurts"})
DATES_OF_STAFF = ("last_called", "follow_up_on")
LONGEST_CELL = 50_000  # characters, Google's limit
FIELDS = "userEnteredValue,userEnteredFormat(numberFormat,wrapStrategy)"
ISO = "yyyy-mm-dd"

Request = dict[str, Any]


def cell(key: str, value: str | datetime | None, dates: str = ISO) -> dict[str, Any]:
    """Return the CellData of a value in the column *key*; *dates* is the pattern of days.

    `stringValue` is never parsed, so "=1+1" and "+1416…" reach the sheet as they are. The text
    format makes that last: a cell that staff open and close again stays text, and what they write
    into one is kept as they wrote it.
    """
    style: dict[str, Any] = {"numberFormat": _format(key, value, dates)}
    if key in WRAPPED:
        style["wrapStrategy"] = "WRAP"
    return _value(value) | {"userEnteredFormat": style}


def _value(value: str | datetime | None) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, datetime):
        days = round((value.replace(tzinfo=None) - EPOCH).total_seconds()) / DAY
        return {"userEnteredValue": {"numberValue": days}}
    return {"userEnteredValue": {"stringValue": value[:LONGEST_CELL]}}


def _format(key: str, value: str | datetime | None, dates: str) -> dict[str, str]:
    if key in DATES_OF_STAFF and not (isinstance(value, datetime) and (value.hour or value.minute)):
        return {"type": "DATE", "pattern": dates}
    return (
        {"type": "DATE_TIME", "pattern": f"{dates} hh:mm"} if isinstance(value, datetime) else TEXT
    )


def row_in_and_out(sheet_id: int, at: int) -> list[Request]:
    """Requests that insert an empty row and delete it again: whether the tab takes any row at
    all.
    """
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
    insert: Request = {"range": place, "inheritFromBefore": False}
    return [{"insertDimension": insert}, {"deleteDimension": {"range": place}}]


def insert_rows(
    sheet_id: int, places: Mapping[str, int], rows: Sequence[Row], *, at: int = 1, dates: str = ISO
) -> list[Request]:
    """Requests that put *rows* where the row *at* is, under the header, the last one on top.

    *places* are column indexes by key.

    Inserting needs no search for the end of the table, overwrites nothing and works under a filter
    of the staff. One `updateCells` for each run of neighbouring columns, so that columns of the
    staff between them stay untouched.
    """
    newest_first = list(reversed(rows))
    requests: list[Request] = [
        {
            "insertDimension": {
                "range": {
                    "sheetId": sheet_id,
                    "dimension": "ROWS",
                    "startIndex": at,
                    "endIndex": at + len(rows),
                },
                "inheritFromBefore": False,
            }
        }
    ]
    for run in _runs(places):
        first = places[run[0]]
        data = [{"values": [cell(key, row.get(key), dates) for key in run]} for row in newest_first]
        start = {"sheetId": sheet_id, "rowIndex": at, "columnIndex": first}
        requests.append({"updateCells": {"start": start, "rows": data, "fields": FIELDS}})
    return requests


def _runs(places: Mapping[str, int]) -> list[list[str]]:
    ordered = sorted(places, key=lambda key: places[key])
    groups = groupby(enumerate(ordered), key=lambda at: places[at[1]] - at[0])
    return [[key for _, key in group] for _, group in groups]


def header_cells(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return the header: bold titles that wrap, grey where the pipeline writes."""
    return [
        {"userEnteredValue": {"stringValue": column.title}, "userEnteredFormat": _heading(column)}
        for column in columns
    ]


def _heading(column: Column) -> dict[str, Any]:
    style: dict[str, Any] = {"textFormat": {"bold": True}, "wrapStrategy": "WRAP"}
    if column.owner is Owner.PIPELINE:
        style["backgroundColorStyle"] = {"rgbColor": {"red": 0.91, "green": 0.92, "blue": 0.93}}
    return style
