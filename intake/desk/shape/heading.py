"""The header's place: at the top, where it is frozen, carries the filter and is not sorted along."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from intake.config import Clinic
from intake.desk.cells import Request, header_cells
from intake.desk.columns import queue_columns
from intake.desk.header import mark_header
from intake.desk.identity import REFERENCE
from intake.desk.shape.choices import for_new_rows
from intake.desk.shape.difference import Difference, Found


def differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """A header that is not at the top or not there, and a marker that stands on another row."""
    sheet_id, row = found.layout.sheet_id, found.header
    if row is None:
        if REFERENCE.fullmatch(found.first_reference):
            yield Difference(
                "The header is missing: a request stands in the first row.", _anew(found, clinic), is_ours=False
            )
        return
    if found.layout.marked != row:
        yield Difference("The row of the header is not marked as such.", mark_header(sheet_id, row))
    if row > 0:
        yield Difference(
            f"The header stands in row {row + 1}, not at the top: sorting takes it along, and filters begin in the "
            "wrong row. It is moved up; what stands above it stays, below it.",
            _moved_up(found, clinic, row),
            is_ours=False,
        )


def _moved_up(found: Found, clinic: Clinic, row: int) -> list[Request]:
    """Rows that stood above the header get the drop-downs that every row under it has."""
    sheet_id = found.layout.sheet_id
    source = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    move: Request = {"moveDimension": {"source": source, "destinationIndex": 0}}
    return [move, *for_new_rows(replace(found.layout, marked=0), clinic, row), *_filter_from_top(found)]


def _filter_from_top(found: Found) -> list[Request]:
    """What the filter hides stays hidden. Its order is left out: nothing is sorted under the hands of staff."""
    standing: dict[str, Any] = found.queue.get("basicFilter", {})
    area = standing.get("range")
    if not area or "tableId" in standing:
        return []
    kept = {"filterSpecs": standing["filterSpecs"]} if "filterSpecs" in standing else {}
    return [{"setBasicFilter": {"filter": {"range": {**area, "startRowIndex": 0}, **kept}}}]


def _anew(found: Found, clinic: Clinic) -> list[Request]:
    sheet_id = found.layout.sheet_id
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
    titles: list[Request] = [
        {
            "updateCells": {
                "start": {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": found.layout.places[column.tag]},
                "rows": [{"values": header_cells([column])}],
                "fields": "userEnteredValue,userEnteredFormat(textFormat.bold,wrapStrategy,backgroundColorStyle)",
            }
        }
        for column in queue_columns(clinic.queue)
        if column.tag in found.layout.places
    ]
    insert: Request = {"insertDimension": {"range": place, "inheritFromBefore": False}}
    return [insert, *titles, *mark_header(sheet_id, 0), *_filter_from_top(found)]
