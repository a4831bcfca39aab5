"""The spreadsheet as Google describes it: properties, tabs, and the metadata of each; no cells."""

from typing import Any

from intake.demo.sandbox import attached, metadata, tabs, writing
from intake.demo.sandbox.masks import cut
from intake.demo.sandbox.problems import not_here
from intake.demo.sandbox.ranges import Area, trimmed
from intake.demo.sandbox.shapes import SPREADSHEET
from intake.demo.sandbox.workbook import State, Tab

INDEXES = {"startRowIndex", "startColumnIndex", "columnIndex", "dimensionIndex"}


def resource(state: State, mask: str | None) -> Any:
    """Return the Spreadsheet resource, cut to *mask*."""
    whole = {
        "spreadsheetId": state["spreadsheetId"],
        "properties": state["properties"],
        "sheets": [
            {"properties": tabs.properties(state, tab)}
            | _kept(state, tab["properties"]["sheetId"])
            | _attached(tab, state["properties"]["locale"])
            for tab in state["sheets"]
        ],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{state['spreadsheetId']}/edit",
    } | _kept(state, None)
    return cut(whole, mask, SPREADSHEET)


def validations(state: State, area: Area, mask: str | None) -> Any:
    """Return the data validation of the cells in *area*, of which there is one row: all that is
    shown here of grid data.
    """
    tab, top, left, bottom, right = area
    if bottom - top != 1:
        raise not_here("grid data of several rows")
    rules = [attached.validation_at(tab, top, column) for column in range(left, right)]
    values = trimmed([{"dataValidation": _plain(rule)} if rule else {} for rule in rules], {})
    data: dict[str, Any] = {"rowData": [{"values": values}]} if values else {}
    data |= ({"startRow": top} if top else {}) | ({"startColumn": left} if left else {})
    whole = {"sheets": [{"properties": tabs.properties(state, tab), "data": [data]}]}
    return cut(whole, mask, SPREADSHEET)


def _attached(tab: Tab, locale: str) -> dict[str, Any]:
    kinds = ("protectedRanges", "conditionalFormats", "filterViews")
    filters = [_plain(one) for one in attached.of_tab(tab, "basicFilter")]
    found = {
        kind: [_in_locale(_plain(item), locale) for item in attached.of_tab(tab, kind)]
        for kind in kinds
        if attached.of_tab(tab, kind)
    }
    return found | ({"basicFilter": filters[0]} if filters else {})


def _in_locale(item: Any, locale: str) -> Any:
    for value in attached.formulas_of(item):
        value["userEnteredValue"] = writing.written_value(value["userEnteredValue"], locale)
    return item


def _plain(item: Any) -> Any:
    # Google leaves out what is false or zero, but not the zero of an index, which says more than an
    # open end
    if isinstance(item, dict):
        return {
            key: _plain(value)
            for key, value in item.items()
            if value is not False and (value != 0 or key in INDEXES)
        }
    return [_plain(one) for one in item] if isinstance(item, list) else item


def _kept(state: State, sheet_id: int | None) -> dict[str, Any]:
    # That of rows and columns is not here: Google shows it with the grid data.
    found = [
        metadata.as_answered(item)
        for item in state["metadata"]
        if metadata.tab_of(item) == sheet_id and "dimensionRange" not in item["location"]
    ]
    return {"developerMetadata": found} if found else {}
