"""Tabs are added, changed and deleted."""

import secrets
from typing import Any

from intake.demo.sandbox import attached, metadata
from intake.demo.sandbox.cells import wanted
from intake.demo.sandbox.dimensions import refuse_too_many_cells
from intake.demo.sandbox.masks import pick
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.shapes import TAB
from intake.demo.sandbox.workbook import State, Tab, new_tab, tab_by_id, tabs_of

DEFAULT_GRID = {"rowCount": 1000, "columnCount": 26}
LONGEST_TITLE = 100


def add(state: State, body: dict[str, Any]) -> dict[str, Any]:
    """Return a new tab; a fixed id that is in use is refused, which makes set-up safe to repeat."""
    given = body.get("properties", {})
    ids = {tab["properties"]["sheetId"] for tab in state["sheets"]}
    sheet_id = given.get("sheetId", secrets.randbelow(2**31))
    if sheet_id in ids:
        raise refused(f"Sheet with id {sheet_id} already exists.")
    number = len(ids) + 1
    while "title" not in given and any(
        _is_called(tab, f"Sheet{number}") for tab in state["sheets"]
    ):
        number += 1
    if not 0 <= given.get("index", 0) <= len(ids):
        raise refused(f"Sheet index {given['index']} is out of bounds.")
    tab = new_tab(sheet_id, given.get("title", f"Sheet{number}"), {})
    tab["properties"] |= {
        name: given[name] for name in ("hidden", "tabColorStyle") if name in given
    }
    tab["properties"]["gridProperties"] = DEFAULT_GRID | given.get("gridProperties", {})
    state["sheets"].insert(given.get("index", len(ids)), tab)
    _refuse_what_cannot_be(state, tab)
    return {"addSheet": {"properties": properties(state, tab)}}


def update_tab(state: State, body: dict[str, Any]) -> None:
    """Change a tab's properties; its place among the tabs is one of them."""
    given = body.get("properties", {})
    tab = tab_by_id(state, given.get("sheetId", 0))
    changed = pick(given, properties(state, tab), wanted(body, TAB))
    _put(state, tab, changed.pop("index", 0))
    changed.pop("sheetType", None)
    tab["properties"] = changed | {"sheetId": tab["properties"]["sheetId"]}
    _refuse_what_cannot_be(state, tab)
    _cut_off(state, tab)


def delete_tab(state: State, body: dict[str, Any]) -> None:
    """Take a tab away, and its metadata with it."""
    gone = body.get("sheetId", 0)
    tab = tab_by_id(state, gone)
    if len(state["sheets"]) == 1:
        raise refused("You can't remove all the sheets in a document.")
    state["sheets"].remove(tab)
    state["metadata"] = [item for item in state["metadata"] if metadata.tab_of(item) != gone]


def properties(state: State, tab: Tab) -> dict[str, Any]:
    """SheetProperties as Google answers them."""
    place = next(number for number, one in enumerate(state["sheets"]) if one is tab)
    return {**tab["properties"], "index": place, "sheetType": "GRID"}


def _put(state: State, tab: Tab, index: int) -> None:
    # "The index is considered in before the move indexes" (discovery document,
    # SheetProperties.index)
    others = tabs_of(state)
    if not 0 <= index <= len(others):
        raise refused(f"Sheet index {index} is out of bounds.")
    now = next(number for number, one in enumerate(others) if one is tab)
    others.insert(index - (index > now), others.pop(now))


def _is_called(tab: Tab, title: str) -> bool:
    # Google takes "Queue" and "queue" for one name
    return str(tab["properties"].get("title", "")).casefold() == title.casefold()


def _refuse_what_cannot_be(state: State, tab: Tab) -> None:
    title, grid = tab["properties"].get("title", ""), tab["properties"].get("gridProperties", {})
    if not title:
        raise refused("A sheet must have a name.")
    if len(title) > LONGEST_TITLE:
        raise refused(f"The sheet name cannot be greater than {LONGEST_TITLE} characters.")
    if any(one is not tab and _is_called(one, title) for one in state["sheets"]):
        raise refused(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if min(grid.get("rowCount", 0), grid.get("columnCount", 0)) < 1:
        raise refused("A sheet must have at least one row and one column.")
    refuse_too_many_cells(state)
    for frozen, count in (("frozenRowCount", "rowCount"), ("frozenColumnCount", "columnCount")):
        if not 0 <= grid.get(frozen, 0) < grid[count]:
            raise refused(
                f"You can't freeze all visible {'rows' if count == 'rowCount' else 'columns'} on "
                "the sheet."
            )


def _cut_off(state: State, tab: Tab) -> None:
    """What lies outside of a grid that became smaller is gone."""
    grid = tab["properties"]["gridProperties"]
    rows, columns = grid["rowCount"], grid["columnCount"]
    tab["rows"] = [row[:columns] for row in tab["rows"][:rows]]
    tab["lines"] = tab["lines"][:rows]
    tab["columns"] = {at: width for at, width in tab["columns"].items() if int(at) < columns}
    tab["hidden"] = [at for at in tab["hidden"] if at < columns]
    for dimension, count in (("ROWS", rows), ("COLUMNS", columns)):
        kept = {at: at for at in range(count)}
        metadata.relocate_metadata(state, tab["properties"]["sheetId"], dimension, kept)
        attached.relocate_attached(tab, dimension, kept)
