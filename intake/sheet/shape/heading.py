"""The header's place: at the top, where it is frozen, carries the filter and is not sorted
along.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from intake.config import Clinic
from intake.sheet.queue.cells import Request, header_cells
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.header import first_request, mark_header
from intake.sheet.shape.choices import for_new_rows
from intake.sheet.shape.difference import Difference, Found, to_the_end
from intake.sheet.shape.filter_views import views_from_top

FEW = 5
"""Rows above the header that may be frozen with it; more would leave no room for the list."""


def heading_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Yield a header that is not at the top or not there, copies of it, and what should begin in
    its row and does not.
    """
    row = found.header
    if row is None:
        if found.is_headless:
            yield Difference(
                "The header is missing: requests stand there without one.",
                _anew(found, clinic),
                is_ours=False,
            )
        return
    if found.layout.marked != row:
        yield Difference(
            "The row of the header is not marked as such.", mark_header(found.layout.sheet_id, row)
        )
    for copy in found.copies:
        yield Difference(
            f"The header stands a second time, in row {copy + 1}; delete that row.", is_ours=False
        )
    if row <= FEW:
        yield from _begins(found, row)
    if row > 0:
        yield Difference(
            f"The header stands in row {row + 1}, not at the top: sorting takes it along, and "
            "filters begin in the wrong row. It is moved up; what stands above it stays, below it.",
            _moved_up(found, clinic, row),
            is_ours=False,
        )


def _begins(found: Found, row: int) -> Iterator[Difference]:
    """Frozen rows end with the header, and the filter begins with it, so that sorting does not take
    it along.
    """
    if found.queue["properties"].get("gridProperties", {}).get("frozenRowCount", 0) <= row:
        yield Difference("The header is not frozen.", [_freeze(found.layout.sheet_id, row + 1)])
    start = found.queue.get("basicFilter", {}).get("range", {}).get("startRowIndex", 0)
    if start != row and (change := _filter_from(found, row)):
        yield Difference("The filter begins in another row than the header.", change)


def _freeze(sheet_id: int, rows: int) -> Request:
    properties = {"sheetId": sheet_id, "gridProperties": {"frozenRowCount": rows}}
    return {
        "updateSheetProperties": {
            "properties": properties,
            "fields": "gridProperties.frozenRowCount",
        }
    }


def _moved_up(found: Found, clinic: Clinic, row: int) -> list[Request]:
    sheet_id = found.layout.sheet_id
    source = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    move: Request = {"moveDimension": {"source": source, "destinationIndex": 0}}
    return [move, *_from_top(found, clinic, above=row)]


def _from_top(found: Found, clinic: Clinic, *, above: int) -> list[Request]:
    """Return what begins with a header that is at the top now. Rows that stood *above* it get the
    drop-downs of all others.
    """
    drop_downs = for_new_rows(replace(found.layout, marked=0), clinic, above) if above else []
    return [
        *drop_downs,
        *_filter_from(found, 0),
        *views_from_top(found, clinic),
        _freeze(found.layout.sheet_id, 1),
    ]


def _filter_from(found: Found, row: int) -> list[Request]:
    """Return the request that moves the filter to *row* and keeps what it hides. Its order is left
    out: nothing is sorted under the hands of staff.
    """
    standing: dict[str, Any] = found.queue.get("basicFilter", {})
    area = standing.get("range")
    if not area or "tableId" in standing:
        return []
    kept = {"filterSpecs": standing["filterSpecs"]} if "filterSpecs" in standing else {}
    return [{"setBasicFilter": {"filter": {"range": to_the_end(area, row), **kept}}}]


def _anew(found: Found, clinic: Clinic) -> list[Request]:
    sheet_id = found.layout.sheet_id
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    titles: list[Request] = [
        {
            "updateCells": {
                "start": {
                    "sheetId": sheet_id,
                    "rowIndex": 0,
                    "columnIndex": found.layout.places[column.tag],
                },
                "rows": [{"values": header_cells([column])}],
                "fields": (
                    "userEnteredValue,"
                    "userEnteredFormat(textFormat.bold,wrapStrategy,backgroundColorStyle)"
                ),
            }
        }
        for column in queue_columns(clinic.queue)
        if column.tag in found.layout.places
    ]
    insert: Request = {"insertDimension": {"range": place, "inheritFromBefore": False}}
    return [
        insert,
        *titles,
        *mark_header(sheet_id, 0),
        *_from_top(found, clinic, above=first_request(found.reading) or 0),
    ]
