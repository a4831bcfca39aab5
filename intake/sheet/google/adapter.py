"""The adapter to Google Sheets: what the queue asks of one spreadsheet, in Google's words."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gspread.urls import SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from gspread.utils import a1_to_rowcol

from intake.sheet import errors
from intake.sheet.google.call_quota import Allowance
from intake.sheet.google.connection import GoogleConnection
from intake.sheet.google.marks import MARK_KEY, Mark
from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import COLUMN_KEY, PIPELINE, Layout
from intake.sheet.queue.header import HEADER_KEY
from intake.sheet.queue.reading import Reading
from intake.sheet.shape.difference import TAB_KEY, Found

TOP = 20  # rows of a tab among which its titles are looked for


class GoogleSheet:
    """One spreadsheet, reached with a service account's key; calls are paid from the *allowance*
    that is given.
    """

    def __init__(
        self, credentials: Path, spreadsheet_id: str, allowance: Allowance | None = None
    ) -> None:
        self._id = spreadsheet_id
        self._connection = GoogleConnection(credentials, allowance)

    @property
    def spreadsheet_id(self) -> str:
        """Return which spreadsheet it is."""
        return self._id

    @property
    def account(self) -> str:
        """The service account's address, once it was read."""
        return self._connection.account

    def layout(self) -> Layout:
        """Return where the queue's columns and its header stand now, by metadata that moves with
        them. One read.
        """
        found = self._search({"metadataKey": COLUMN_KEY}, {"metadataKey": HEADER_KEY})
        places = [_place(item) for item in found if item["metadataKey"] == COLUMN_KEY]
        if not places:
            raise errors.SheetNotSetUp(
                "The spreadsheet has no queue yet; run “intake sheet setup”."
            )
        sheet_id = places[0][0]
        rows = [_place(item) for item in found if item["metadataKey"] == HEADER_KEY]
        marked = next((index for sheet, _, index in rows if sheet == sheet_id), None)
        return Layout(
            sheet_id, {tag: index for sheet, tag, index in places if sheet == sheet_id}, marked
        )

    def add_rows(self, insert: Sequence[Request], mark: Mark) -> None:
        """Send the rows and the batch's mark as one all-or-nothing call; Google refuses a mark that
        exists.
        """
        metadata = {
            "metadataId": mark.id,
            "metadataKey": MARK_KEY,
            "metadataValue": mark.value,
            "visibility": "DOCUMENT",
            "location": {"spreadsheet": True},
        }
        self.apply([{"createDeveloperMetadata": {"developerMetadata": metadata}}, *insert])

    def value_of_mark(self, mark_id: int) -> str | None:
        """Return what the spreadsheet holds under this metadata id, or None. It answers: was this
        batch applied? One read.
        """
        try:
            found = self._connection.call(
                "get", f"{SPREADSHEET_URL % self._id}/developerMetadata/{mark_id}"
            )
        except errors.SheetGone:
            # 404 is said of a missing mark and of a missing spreadsheet alike: the second read
            # tells them apart.
            self.title()
            return None
        value = found.get("metadataValue") if found.get("metadataKey") == MARK_KEY else ""
        return str(value or "")

    def read(self, tags: Sequence[str]) -> Reading:
        """Return the cells of the bound columns *tags*, header included, wherever staff moved them.
        One read for all.
        """
        body = {
            "dataFilters": [{"developerMetadataLookup": _column(tag)} for tag in tags],
            "majorDimension": "COLUMNS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        found = self._connection.call(
            "post", f"{SPREADSHEET_URL % self._id}/values:batchGetByDataFilter", body=body
        )
        return _reading(found.get("valueRanges", []))

    def marks(self) -> dict[int, str]:
        """Return every mark in the spreadsheet. One read."""
        return {
            item["metadataId"]: item.get("metadataValue", "")
            for item in self._search({"metadataKey": MARK_KEY})
        }

    def remove_marks(self, mark_ids: Sequence[int]) -> None:
        """Take away marks that are there. One write."""
        self.apply(
            [
                {
                    "deleteDeveloperMetadata": {
                        "dataFilter": {"developerMetadataLookup": {"metadataId": mark_id}}
                    }
                }
                for mark_id in mark_ids
            ]
        )

    def title(self) -> str:
        """Return the spreadsheet's name; also the cheapest proof that it can be reached."""
        return str(self._get(fields="properties.title")["properties"]["title"])

    def tab_id(self, name: str) -> int | None:
        """Return the id of the tab of ours that is bound under *name*, None when staff deleted it.
        One read.
        """
        found = self._search({"metadataKey": TAB_KEY, "metadataValue": name})
        return next((item["location"].get("sheetId", 0) for item in found), None)

    def tabs(self) -> dict[str, dict[str, Any]]:
        """Return the tabs' properties by title."""
        found = self._get(fields="sheets.properties")
        return {sheet["properties"]["title"]: sheet["properties"] for sheet in found["sheets"]}

    def describe(self, layout: Layout) -> Found:
        """The spreadsheet's tabs and what is attached to them, and where the header stands. Three
        reads.
        """
        kept = (
            "properties,protectedRanges,conditionalFormats,filterViews,basicFilter,"
            "developerMetadata"
        )
        fields = f"properties(locale,timeZone,autoRecalc),sheets({kept})"
        found = self._get(fields=fields)
        sheets = found["sheets"]
        titles = {one["properties"].get("sheetId", 0): one["properties"]["title"] for one in sheets}
        if layout.sheet_id not in titles:
            raise errors.SheetNotSetUp("The queue's tab was deleted; run “intake sheet restore”.")
        below = "sheets(data(startColumn,rowData(values(dataValidation))))"
        under = layout.first_row + 1
        place = f"{_quoted(titles[layout.sheet_id])}!{under}:{under}"
        row = self._get(fields=below, ranges=place, includeGridData="true")
        seen = self.read([column.tag for column in PIPELINE])
        return Found(layout, found["properties"], sheets, self.account, _validations(row), seen)

    def texts(self, name: str) -> list[list[str]]:
        """Return what the tab of ours that is bound under *name* shows, row by row; nothing when it
        is not there. One read.
        """
        lookup = {"metadataKey": TAB_KEY, "metadataValue": name, "locationType": "SHEET"}
        body = {"dataFilters": [{"developerMetadataLookup": lookup}], "majorDimension": "ROWS"}
        found = self._connection.call(
            "post", f"{SPREADSHEET_URL % self._id}/values:batchGetByDataFilter", body=body
        )
        rows: list[list[Any]] = next(
            (one["valueRange"].get("values", []) for one in found.get("valueRanges", [])), []
        )
        return [[str(text) for text in row] for row in rows]

    def top_rows(self, tab: str) -> list[list[str]]:
        """Return the texts of a tab's first rows."""
        place = quote(f"{_quoted(tab)}!1:{TOP}", safe="")
        found = self._connection.call("get", f"{SPREADSHEET_URL % self._id}/values/{place}")
        return [[str(value) for value in row] for row in found.get("values", [])]

    def apply(self, changes: Sequence[Request]) -> None:
        """Send *changes* as one all-or-nothing batchUpdate. One write."""
        self._connection.call(
            "post", SPREADSHEET_BATCH_UPDATE_URL % self._id, body={"requests": list(changes)}
        )

    def _get(self, **params: str) -> Any:
        return self._connection.call("get", SPREADSHEET_URL % self._id, params=params)

    def _search(self, *lookups: Mapping[str, Any]) -> list[dict[str, Any]]:
        body = {"dataFilters": [{"developerMetadataLookup": dict(lookup)} for lookup in lookups]}
        found = self._connection.call(
            "post", f"{SPREADSHEET_URL % self._id}/developerMetadata:search", body=body
        )
        return [item["developerMetadata"] for item in found.get("matchedDeveloperMetadata", [])]


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _validations(found: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    areas = [area for sheet in found.get("sheets", []) for area in sheet.get("data", [])]
    return {
        area.get("startColumn", 0) + at: cell["dataValidation"]
        for area in areas
        for row in area.get("rowData", [])
        for at, cell in enumerate(row.get("values", []))
        if "dataValidation" in cell
    }


def _column(tag: str) -> dict[str, str]:
    return {"metadataKey": COLUMN_KEY, "metadataValue": tag, "locationType": "COLUMN"}


def _reading(ranges: Sequence[Mapping[str, Any]]) -> Reading:
    if not ranges:
        raise errors.SheetNotSetUp(
            "The spreadsheet has no queue; run “intake sheet setup”, or “restore” if it had one."
        )
    tab = ranges[0]["valueRange"]["range"].rpartition("!")[0]
    places: dict[str, int] = {}
    cells: dict[str, Sequence[Any]] = {}
    for one in ranges:
        title, _, where = one["valueRange"]["range"].rpartition("!")
        if title != tab:
            continue  # a copy of the tab that staff made for themselves
        for asked in one["dataFilters"]:  # several where a column has several tags
            tag = asked["developerMetadataLookup"]["metadataValue"]
            places[tag] = a1_to_rowcol(where.partition(":")[0])[1] - 1
            cells[tag] = next(iter(one["valueRange"].get("values", [])), [])
    return Reading(tab, places, cells)


def _place(item: Mapping[str, Any]) -> tuple[int, str, int]:
    where = item["location"]["dimensionRange"]
    return where.get("sheetId", 0), item["metadataValue"], where.get("startIndex", 0)
