"""The spreadsheet as Google describes it: properties, tabs, and the metadata of each; no cells."""

from typing import Any

from intake.sandbox import metadata, tabs
from intake.sandbox.masks import cut
from intake.sandbox.shapes import SPREADSHEET
from intake.sandbox.workbook import State


def resource(state: State, mask: str | None) -> Any:
    """The Spreadsheet resource, cut to *mask*."""
    whole = {
        "spreadsheetId": state["spreadsheetId"],
        "properties": state["properties"],
        "sheets": [
            {"properties": tabs.properties(state, tab)} | _kept(state, tab["properties"]["sheetId"])
            for tab in state["sheets"]
        ],
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{state['spreadsheetId']}/edit",
    } | _kept(state, None)
    return cut(whole, mask, SPREADSHEET)


def _kept(state: State, sheet_id: int | None) -> dict[str, Any]:
    # That of rows and columns is not here: Google shows it with the grid data.
    found = [
        metadata.as_answered(item)
        for item in state["metadata"]
        if metadata.tab_of(item) == sheet_id and "dimensionRange" not in item["location"]
    ]
    return {"developerMetadata": found} if found else {}
