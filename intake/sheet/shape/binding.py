"""Bind the queue's tab: create or adopt it, write its header, tag its columns. Safe to repeat."""

from collections.abc import Sequence
from secrets import randbelow
from typing import Any, Protocol

from intake.config import Clinic
from intake.sheet.errors import SheetNotSetUp
from intake.sheet.queue.cells import Request, header_cells
from intake.sheet.queue.columns import COLUMN_KEY, Column, Layout, queue_columns
from intake.sheet.queue.header import mark_header

NEW_TAB_ROWS = 100


class Tabs(Protocol):
    """What binding needs of the adapter."""

    def layout(self) -> Layout: ...
    def tabs(self) -> dict[str, dict[str, Any]]: ...
    def top_rows(self, tab: str) -> list[list[str]]: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


def bind(spreadsheet: Tabs, clinic: Clinic) -> str:
    """Have a queue tab with every column, and say in a line what was done.

    A tab that is bound already only gets the columns that are missing. A tab of the right name is
    adopted when its first row is empty, or when one of its first rows holds our titles; otherwise a
    tab is made. Nothing that staff wrote is touched.
    """
    columns = queue_columns(clinic.queue)
    try:
        layout = spreadsheet.layout()
    except SheetNotSetUp:
        return _make(spreadsheet, clinic, columns)
    return complete(spreadsheet, layout, columns)


def _make(spreadsheet: Tabs, clinic: Clinic, columns: Sequence[Column]) -> str:
    title, tabs = clinic.queue.tab, spreadsheet.tabs()
    if title in tabs:
        sheet_id, (row, first) = (
            tabs[title]["sheetId"],
            _titles(spreadsheet.top_rows(title), columns),
        )
        places = _places(first, columns, title)
        widest = max(places.values()) + 1
        grow = _grow(sheet_id, tabs[title]["gridProperties"]["columnCount"], widest)
        tags = _tag(sheet_id, columns, places, header=not any(first))
        spreadsheet.apply([*grow, *tags, *mark_header(sheet_id, row), _filter(sheet_id, row)])
        return f"The tab “{title}” is now the queue: {len(columns)} columns bound."
    # A new number each time: what is known of a tab that was deleted must not be taken for this
    # one.
    sheet_id = randbelow(2**31 - 1) + 1
    grid = {"rowCount": NEW_TAB_ROWS, "columnCount": len(columns), "frozenRowCount": 1}
    add = {
        "addSheet": {
            "properties": {"sheetId": sheet_id, "title": title, "index": 0, "gridProperties": grid}
        }
    }
    places = {column.key: index for index, column in enumerate(columns)}
    tags = _tag(sheet_id, columns, places, header=True)
    spreadsheet.apply([add, *tags, *mark_header(sheet_id, 0), _filter(sheet_id)])
    return f"Made the tab “{title}” with {len(columns)} columns."


def complete(spreadsheet: Tabs, layout: Layout, columns: Sequence[Column]) -> str:
    """Add the *columns* that are missing at the right end, and say so in a sentence; "" when none
    was missing.
    """
    missing = [column for column in columns if column.tag not in layout.places]
    if not missing:
        return ""
    properties = next(
        tab for tab in spreadsheet.tabs().values() if tab["sheetId"] == layout.sheet_id
    )
    count = properties["gridProperties"]["columnCount"]
    places = {column.key: count + offset for offset, column in enumerate(missing)}
    grow = _grow(layout.sheet_id, count, count + len(missing))
    spreadsheet.apply(
        [*grow, *_tag(layout.sheet_id, missing, places, header=True, row=layout.first_row - 1)]
    )
    return f"Added {', '.join(column.title for column in missing)} at the right end of the queue."


def _titles(rows: Sequence[list[str]], columns: Sequence[Column]) -> tuple[int, list[str]]:
    """Return the row that holds all our titles, or else the first one, and what it says."""
    titles = {column.title for column in columns}
    return next(
        ((at, row) for at, row in enumerate(rows) if titles <= set(row)),
        (0, rows[0] if rows else []),
    )


def _places(first: Sequence[str], columns: Sequence[Column], tab: str) -> dict[str, int]:
    """Return where the columns of an existing tab are: by their titles, or in our order when the
    first row is empty.
    """
    if not any(first):
        return {column.key: index for index, column in enumerate(columns)}
    absent = [column.title for column in columns if column.title not in first]
    if absent:
        raise SheetNotSetUp(
            f"The tab “{tab}” holds something else (no column {', '.join(absent)}). Rename that "
            "tab, or give the queue another name in the clinic file (queue.tab), then run “intake "
            "sheet setup” again."
        )
    return {column.key: first.index(column.title) for column in columns}


def _tag(
    sheet_id: int, columns: Sequence[Column], places: dict[str, int], *, header: bool, row: int = 0
) -> list[Request]:
    """Tag each column with developer metadata, which moves with it; title and width only where we
    write the header.

    *row* is the header's.
    """
    requests: list[Request] = []
    for column in columns:
        index = places[column.key]
        place = {
            "sheetId": sheet_id,
            "dimension": "COLUMNS",
            "startIndex": index,
            "endIndex": index + 1,
        }
        metadata: dict[str, Any] = {
            "metadataKey": COLUMN_KEY,
            "metadataValue": column.tag,
            "visibility": "DOCUMENT",
        }
        metadata["location"] = {"dimensionRange": place}
        requests.append({"createDeveloperMetadata": {"developerMetadata": metadata}})
        if header:
            start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": index}
            cells = [{"values": header_cells([column])}]
            looks = "textFormat.bold,wrapStrategy,backgroundColorStyle"
            fields = f"userEnteredValue,userEnteredFormat({looks})"
            width: dict[str, Any] = {
                "range": place,
                "properties": {"pixelSize": column.width},
                "fields": "pixelSize",
            }
            requests.append({"updateCells": {"start": start, "rows": cells, "fields": fields}})
            requests.append({"updateDimensionProperties": width})
    return requests


def _grow(sheet_id: int, columns: int, wanted: int) -> list[Request]:
    if columns >= wanted:
        return []
    properties = {"sheetId": sheet_id, "gridProperties": {"columnCount": wanted}}
    return [
        {
            "updateSheetProperties": {
                "properties": properties,
                "fields": "gridProperties.columnCount",
            }
        }
    ]


def _filter(sheet_id: int, header: int = 0) -> Request:
    # Arrows in the header. Once only: staff who remove it do not get it back.
    area = {"sheetId": sheet_id} | ({"startRowIndex": header} if header else {})
    return {"setBasicFilter": {"filter": {"range": area}}}
