"""batchUpdate: each request changes the state, or refuses and with it the whole batch."""

from collections.abc import Callable, Sequence
from typing import Any

from intake.sandbox import dimensions, metadata
from intake.sandbox.masks import pick
from intake.sandbox.problems import not_here, refused
from intake.sandbox.workbook import State, new_tab, read_cell, tab_by_id, write_cell

GRID = {"rowCount", "columnCount", "frozenRowCount", "frozenColumnCount"}
TAB_FIELDS = {"title", "hidden", "gridProperties", *(f"gridProperties.{name}" for name in GRID)}
FILE_FIELDS = {"title", "locale", "timeZone"}
STYLE = {
    "numberFormat",
    "textFormat",
    "wrapStrategy",
    "horizontalAlignment",
    "verticalAlignment",
    "backgroundColorStyle",
}
CELL_FIELDS = {
    "userEnteredValue", "userEnteredFormat", "userEnteredFormat.textFormat.bold",
    *(f"userEnteredFormat.{name}" for name in STYLE),
}  # fmt: skip
VALUES: dict[str, type | tuple[type, ...]] = {"stringValue": str, "numberValue": (int, float), "boolValue": bool}
LONGEST_TEXT = 50_000

Request = dict[str, Any]
Answer = dict[str, Any]


def apply(state: State, requests: Sequence[Request]) -> list[Answer]:
    """Carry out *requests* in order on *state* and return their answers."""
    if not requests:
        raise refused("Must specify at least one request.")
    answers = []
    for number, request in enumerate(requests):
        if len(request) != 1:
            raise refused(f"Invalid value at 'requests[{number}]': exactly one kind of request is expected.")
        kind, body = next(iter(request.items()))
        if kind not in HANDLERS:
            raise not_here(f"the request “{kind}”")
        fields, handle = HANDLERS[kind]
        _only(body, fields, f"requests[{number}].{_snake(kind)}")
        answers.append(handle(state, body))
    return answers


def _only(body: Request, fields: set[str], where: str) -> None:
    for name in body:
        if name not in fields:
            raise refused(f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field.")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _create_metadata(state: State, body: Request) -> Answer:
    return {"createDeveloperMetadata": {"developerMetadata": metadata.create(state, body["developerMetadata"])}}


def _delete_metadata(state: State, body: Request) -> Answer:
    gone = metadata.delete(state, body["dataFilter"]["developerMetadataLookup"])
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone}}


def _insert_dimension(state: State, body: Request) -> Answer:
    place = body["range"]
    tab = tab_by_id(state, place["sheetId"])
    dimensions.insert(state, tab, place["dimension"], place.get("startIndex", 0), place["endIndex"])
    return {}


def _delete_dimension(state: State, body: Request) -> Answer:
    place = body["range"]
    tab = tab_by_id(state, place["sheetId"])
    dimensions.delete(state, tab, place["dimension"], place.get("startIndex", 0), place["endIndex"])
    return {}


def _update_cells(state: State, body: Request) -> Answer:
    if "start" not in body:
        raise not_here("updateCells without “start”")
    start, fields = body["start"], body.get("fields", "")
    tab = tab_by_id(state, start["sheetId"])
    for down, row in enumerate(body.get("rows", [])):
        for right, given in enumerate(row.get("values", [])):
            _only(given, {"userEnteredValue", "userEnteredFormat"}, "requests[].update_cells.rows[].values[]")
            _check_value(given.get("userEnteredValue"))
            at = start.get("rowIndex", 0) + down, start.get("columnIndex", 0) + right
            write_cell(tab, *at, pick(given, read_cell(tab, *at), fields, CELL_FIELDS))
    return {}


def _check_value(value: Any) -> None:
    # A typed value is taken as it is; text is never read as a number, a date or a formula.
    if value is None:
        return
    if not isinstance(value, dict) or len(value) != 1:
        raise refused("Invalid value at 'user_entered_value': exactly one kind of value is expected.")
    kind, content = next(iter(value.items()))
    if kind == "formulaValue":
        raise not_here("formulas")
    if kind not in VALUES or not isinstance(content, VALUES[kind]):
        raise refused(f"Invalid value at 'user_entered_value' ({kind})")
    if isinstance(content, str) and len(content) > LONGEST_TEXT:
        raise refused(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")


def _add_sheet(state: State, body: Request) -> Answer:
    properties = body["properties"]
    _only(properties, {"sheetId", "title", "index", "gridProperties"}, "requests[].add_sheet.properties")
    tabs = state["sheets"]
    ids = {tab["properties"]["sheetId"] for tab in tabs}
    sheet_id = properties.get("sheetId", max(ids) + 1)
    title = properties.get("title", f"Sheet{len(tabs) + 1}")
    if sheet_id in ids:
        raise refused(f"Invalid requests[].addSheet: Sheet with id {sheet_id} already exists.")
    if any(tab["properties"]["title"] == title for tab in tabs):
        raise refused(f'Invalid requests[].addSheet: A sheet with the name "{title}" already exists. '
                      "Please enter another name.")  # fmt: skip
    tab = new_tab(sheet_id, title, {"rowCount": 1000, "columnCount": 26} | properties.get("gridProperties", {}))
    tabs.insert(properties.get("index", len(tabs)), tab)
    return {"addSheet": {"properties": tab["properties"]}}


def _delete_sheet(state: State, body: Request) -> Answer:
    if len(state["sheets"]) == 1:
        raise refused("Invalid requests[].deleteSheet: You can't remove all the sheets in a document.")
    state["sheets"].remove(tab_by_id(state, body["sheetId"]))
    kept = []
    for item in state["metadata"]:
        place = item["location"]
        if body["sheetId"] not in {place.get("sheetId"), place.get("dimensionRange", {}).get("sheetId")}:
            kept.append(item)
    state["metadata"] = kept
    return {}


def _update_tab(state: State, body: Request) -> Answer:
    tab = tab_by_id(state, body["properties"]["sheetId"])
    tab["properties"] = pick(body["properties"], tab["properties"], body.get("fields", ""), TAB_FIELDS)
    return {}


def _update_file(state: State, body: Request) -> Answer:
    state["properties"] = pick(body["properties"], state["properties"], body.get("fields", ""), FILE_FIELDS)
    return {}


def _update_dimension(state: State, body: Request) -> Answer:
    place = body["range"]
    if place.get("dimension") != "COLUMNS" or body.get("fields") != "pixelSize":
        raise not_here("updateDimensionProperties other than the width of columns")
    tab = tab_by_id(state, place["sheetId"])
    for column in range(place.get("startIndex", 0), place["endIndex"]):
        tab["columns"][str(column)] = body["properties"]["pixelSize"]
    return {}


HANDLERS: dict[str, tuple[set[str], Callable[[State, Request], Answer]]] = {
    "createDeveloperMetadata": ({"developerMetadata"}, _create_metadata),
    "deleteDeveloperMetadata": ({"dataFilter"}, _delete_metadata),
    "insertDimension": ({"range", "inheritFromBefore"}, _insert_dimension),
    "deleteDimension": ({"range"}, _delete_dimension),
    "updateCells": ({"rows", "fields", "start", "range"}, _update_cells),
    "addSheet": ({"properties"}, _add_sheet),
    "deleteSheet": ({"sheetId"}, _delete_sheet),
    "updateSheetProperties": ({"properties", "fields"}, _update_tab),
    "updateSpreadsheetProperties": ({"properties", "fields"}, _update_file),
    "updateDimensionProperties": ({"range", "properties", "fields"}, _update_dimension),
}
