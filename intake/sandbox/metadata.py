"""Developer metadata: an id that exists once, and a place that moves with its column."""

import secrets
from collections.abc import Callable
from typing import Any

from intake.sandbox.problems import refused
from intake.sandbox.workbook import State, tab_by_id

LONGEST = 30_000  # characters of keys and values in one spreadsheet or sheet, Google's limit


def create(state: State, given: dict[str, Any]) -> dict[str, Any]:
    """Add metadata; an id that is in use refuses the request and with it the whole batch."""
    location = given.get("location") or {}
    used = {item["metadataId"] for item in state["metadata"]}
    chosen = given.get("metadataId") or next(
        n for n in iter(lambda: secrets.randbelow(2**31 - 1) + 1, 0) if n not in used
    )
    if chosen in used:
        raise refused(f"Invalid requests: developer metadata with ID {chosen} already exists.")
    if not isinstance(chosen, int) or not 0 < chosen < 2**31:
        raise refused(f"Invalid value for metadataId: {chosen}")
    if not given.get("metadataKey") or given.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise refused("Invalid requests: developer metadata needs a key and a visibility.")
    item = {
        "metadataId": chosen,
        "metadataKey": given["metadataKey"],
        "metadataValue": given.get("metadataValue", ""),
        "location": _location(state, location),
        "visibility": given["visibility"],
    }
    state["metadata"].append(item)
    _refuse_too_much(state, item["location"].get("locationType"))
    return item


def _location(state: State, location: dict[str, Any]) -> dict[str, Any]:
    if location.get("spreadsheet") is True:
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "sheetId" in location:
        tab_by_id(state, location["sheetId"])
        return {"locationType": "SHEET", "sheetId": location["sheetId"]}
    place = location.get("dimensionRange") or {}
    if place.get("endIndex", 0) - place.get("startIndex", 0) != 1 or place.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise refused(
            "Invalid requests: developer metadata belongs to the spreadsheet, a sheet, one row or one column."
        )
    tab_by_id(state, place["sheetId"])
    kind = "ROW" if place["dimension"] == "ROWS" else "COLUMN"
    return {"locationType": kind, "dimensionRange": dict(place)}


def _refuse_too_much(state: State, kind: str | None) -> None:
    if kind == "SPREADSHEET":
        items = [item for item in state["metadata"] if item["location"]["locationType"] == kind]
        if sum(len(item["metadataKey"]) + len(item["metadataValue"]) for item in items) > LONGEST:
            raise refused("Invalid requests: the spreadsheet's developer metadata is over its limit.")


def find(state: State, lookup: dict[str, Any]) -> list[dict[str, Any]]:
    """The metadata that *lookup* (a DeveloperMetadataLookup) matches."""
    fields = ("metadataId", "metadataKey", "metadataValue", "visibility")
    unknown = set(lookup) - {*fields, "locationType"}
    if unknown:
        raise refused(f'Invalid JSON payload received. Unknown name "{unknown.pop()}": Cannot find field.')
    return [
        item
        for item in state["metadata"]
        if all(item[field] == lookup[field] for field in fields if field in lookup)
        and lookup.get("locationType") in {None, item["location"]["locationType"]}
    ]


def delete(state: State, lookup: dict[str, Any]) -> list[dict[str, Any]]:
    """Take away what *lookup* matches, and return it."""
    gone = find(state, lookup)
    state["metadata"] = [item for item in state["metadata"] if item not in gone]
    return gone


def relocate(state: State, sheet_id: int, dimension: str, new_place: Callable[[int], int | None]) -> None:
    """Rows or columns of a tab were moved: *new_place* gives a row's or column's new index, None when it is gone."""
    kept = []
    for item in state["metadata"]:
        place = item["location"].get("dimensionRange")
        if place and place["sheetId"] == sheet_id and place["dimension"] == dimension:
            index = new_place(place.get("startIndex", 0))
            if index is None:
                continue
            place["startIndex"], place["endIndex"] = index, index + 1
        kept.append(item)
    state["metadata"] = kept
