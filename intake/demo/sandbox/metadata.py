"""Developer metadata: an id that exists once, and a place that moves with its row or column."""

import secrets
from collections.abc import Mapping
from typing import Any

from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.workbook import State, tab_by_id

# characters of keys and values: once for the spreadsheet, once for each tab with its rows and
# columns
LONGEST = 30_000
NAMES = ("metadataId", "metadataKey", "metadataValue", "visibility")
KINDS = {"ROWS": ("ROW", "rowCount"), "COLUMNS": ("COLUMN", "columnCount")}

Metadata = dict[str, Any]


def create(state: State, given: Metadata) -> Metadata:
    """Add metadata; an id that is in use refuses the request and with it the whole batch."""
    used = {item["metadataId"] for item in state["metadata"]}
    chosen = given.get("metadataId") or _free(used)
    if chosen in used:
        raise refused(f"Developer metadata with ID {chosen} already exists.")
    if chosen < 0:
        raise refused("developerMetadata.metadataId must be positive.")
    if not given.get("metadataKey") or not given.get("visibility"):
        raise refused("developerMetadata needs a metadataKey and a visibility.")
    item = {
        "metadataId": chosen,
        "metadataKey": given["metadataKey"],
        "metadataValue": given.get("metadataValue", ""),
        "location": _location(state, given.get("location") or {}),
        "visibility": given["visibility"],
    }
    state["metadata"].append(item)
    together = [one for one in state["metadata"] if tab_of(one) == tab_of(item)]
    if sum(len(one["metadataKey"]) + len(one["metadataValue"]) for one in together) > LONGEST:
        raise refused(f"Developer metadata would exceed its limit of {LONGEST} characters.")
    return item


def _free(used: set[int]) -> int:
    while (number := secrets.randbelow(2**31 - 1) + 1) in used:
        pass
    return number


def _location(state: State, location: dict[str, Any]) -> dict[str, Any]:
    if location.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if "sheetId" in location:
        tab_by_id(state, location["sheetId"])
        return {"locationType": "SHEET", "sheetId": location["sheetId"]}
    place = location.get("dimensionRange") or {}
    if place.get("dimension") not in KINDS:
        raise refused(
            "developerMetadata.location must be the spreadsheet, a sheet, one row or one column."
        )
    kind, count = KINDS[place["dimension"]]
    start, end = place.get("startIndex", 0), place.get("endIndex", 0)
    if end - start != 1:
        raise refused(
            "developerMetadata.location.dimensionRange must represent a single row or column."
        )
    sheet_id = place.get("sheetId", 0)
    if not 0 <= start < tab_by_id(state, sheet_id)["properties"]["gridProperties"][count]:
        raise refused("developerMetadata.location.dimensionRange is outside of the grid.")
    whole = {
        "sheetId": sheet_id,
        "dimension": place["dimension"],
        "startIndex": start,
        "endIndex": end,
    }
    return {"locationType": kind, "dimensionRange": whole}


def tab_of(item: Metadata) -> int | None:
    """Return the tab that it belongs to, None for the spreadsheet itself."""
    place = item["location"].get("dimensionRange") or item["location"]
    found: int | None = place.get("sheetId")
    return found


def find(state: State, lookup: dict[str, Any]) -> list[Metadata]:
    """Return the metadata that *lookup* (a DeveloperMetadataLookup) matches."""
    return [
        item
        for item in state["metadata"]
        if all(item[name] == lookup[name] for name in NAMES if name in lookup)
        and lookup.get("locationType") in {None, item["location"]["locationType"]}
    ]


def as_answered(item: Metadata) -> Metadata:
    """Return the DeveloperMetadata as Google sends it: what is zero or empty in a range or a value
    is left out.
    """
    answer = {name: value for name, value in item.items() if value != ""}
    if place := item["location"].get("dimensionRange"):
        whole = {name: value for name, value in place.items() if (name, value) != ("sheetId", 0)}
        answer["location"] = {**item["location"], "dimensionRange": whole}
    return answer


def delete_metadata(state: State, lookup: dict[str, Any]) -> list[Metadata]:
    """Take away what *lookup* matches, and return it."""
    gone = find(state, lookup)
    state["metadata"] = [item for item in state["metadata"] if item not in gone]
    return gone


def relocate_metadata(
    state: State, sheet_id: int, dimension: str, places: Mapping[int, int]
) -> None:
    """Rows or columns of a tab were moved: *places* gives the new index of each old one that is
    still there.
    """
    kept = []
    for item in state["metadata"]:
        place = item["location"].get("dimensionRange")
        if place and place["sheetId"] == sheet_id and place["dimension"] == dimension:
            if place["startIndex"] not in places:
                continue
            place["startIndex"] = places[place["startIndex"]]
            place["endIndex"] = place["startIndex"] + 1
        kept.append(item)
    state["metadata"] = kept
