"""batchUpdate: each request changes the state, or refuses and with it the whole batch."""

from collections.abc import Callable
from typing import Any

from intake.demo.sandbox import attaching, cells, dimensions, duplicates, metadata, tabs
from intake.demo.sandbox.masks import pick
from intake.demo.sandbox.problems import GoogleError, not_here, refused
from intake.demo.sandbox.shapes import DIMENSION_PROPERTIES, FILE
from intake.demo.sandbox.workbook import State, tab_by_id

Request = dict[str, Any]
Answer = dict[str, Any]


def apply(state: State, requests: list[Request]) -> list[Answer]:
    """Carry out *requests*, whose shape was checked, in order on *state* and return their
    answers.
    """
    if not requests:
        raise refused("Must specify at least one request.")
    answers = []
    for number, request in enumerate(requests):
        if not request:
            raise refused(f"Invalid requests[{number}]: No request set.")
        ((kind, body),) = request.items()
        try:
            answers.append(HANDLERS[kind](state, body) or {})
        except GoogleError as error:
            raise GoogleError(error.code, f"Invalid requests[{number}].{kind}: {error}") from None
    return answers


def _create_metadata(state: State, body: Request) -> Answer:
    created = metadata.create(state, body.get("developerMetadata") or {})
    return {"createDeveloperMetadata": {"developerMetadata": metadata.as_answered(created)}}


def _delete_metadata(state: State, body: Request) -> Answer:
    given = body.get("dataFilter")
    if not given:
        raise refused("dataFilter must be set.")
    if "developerMetadataLookup" not in given:
        raise not_here("to delete developer metadata by a range")
    gone = [
        metadata.as_answered(item)
        for item in metadata.delete_metadata(state, given["developerMetadataLookup"])
    ]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone} if gone else {}}


def _insert_dimension(state: State, body: Request) -> None:
    dimensions.insert(state, body.get("range", {}), inherit=body.get("inheritFromBefore", False))


def _delete_dimension(state: State, body: Request) -> None:
    dimensions.delete_dimension(state, body.get("range", {}))


def _move_dimension(state: State, body: Request) -> None:
    dimensions.move(state, body.get("source", {}), body.get("destinationIndex", 0))


def _update_file(state: State, body: Request) -> None:
    fields = cells.wanted(body, FILE)
    state["properties"] = pick(body.get("properties", {}), state["properties"], fields)


def _update_dimension(state: State, body: Request) -> None:
    place, given = body.get("range", {}), body.get("properties", {})
    fields = cells.wanted(body, DIMENSION_PROPERTIES)
    if place.get("dimension") != "COLUMNS":
        raise not_here("updateDimensionProperties of rows")
    tab = tab_by_id(state, place.get("sheetId", 0))
    count = tab["properties"]["gridProperties"]["columnCount"]
    columns = range(place.get("startIndex", 0), place.get("endIndex", count))
    if not 0 <= columns.start < columns.stop <= count:
        raise refused(
            f"range [{columns.start}, {columns.stop}) exceeds the grid, which has {count} columns."
        )
    if {("pixelSize",), ()} & set(fields):
        tab["columns"] |= {str(column): given.get("pixelSize", 100) for column in columns}
    if {("hiddenByUser",), ()} & set(fields):
        others = set(tab["hidden"]) - set(columns)
        tab["hidden"] = sorted(others | set(columns) if given.get("hiddenByUser") else others)


HANDLERS: dict[str, Callable[[State, Request], Answer | None]] = {
    **attaching.HANDLERS,
    "addSheet": tabs.add,
    "createDeveloperMetadata": _create_metadata,
    "deleteDeveloperMetadata": _delete_metadata,
    "deleteDimension": _delete_dimension,
    "deleteDuplicates": duplicates.delete_duplicates,
    "deleteSheet": tabs.delete_tab,
    "insertDimension": _insert_dimension,
    "moveDimension": _move_dimension,
    "updateCells": cells.update_cells,
    "updateDimensionProperties": _update_dimension,
    "updateSheetProperties": tabs.update_tab,
    "updateSpreadsheetProperties": _update_file,
}
