"""Rows and columns are inserted, deleted and moved: cells, widths and metadata go along."""

from collections.abc import Sequence
from typing import Any

from intake.demo.sandbox import attached, metadata
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.workbook import State, Tab, new_line, tab_by_id

COUNTS = {"ROWS": "rowCount", "COLUMNS": "columnCount"}
FROZEN = {"ROWS": "frozenRowCount", "COLUMNS": "frozenColumnCount"}
MOST_CELLS = 10_000_000


def insert(state: State, place: dict[str, Any], *, inherit: bool) -> None:
    """Make room where *place* (a DimensionRange) will be; *inherit* says that the row before it is
    the model.
    """
    tab, dimension, start, end, size = _span(state, place)
    if inherit and start == 0:
        raise refused(
            "inheritFromBefore cannot be true if inserting before the first row or column."
        )
    if start >= size + inherit:
        raise refused(
            f"range.startIndex must be less than the grid size ({size}) if "
            "inheritFromBefore is false."
        )
    grid = tab["properties"]["gridProperties"]
    refuse_too_many_cells(
        state, more=grid["rowCount"] * grid["columnCount"] // size * (end - start)
    )
    _rearrange(state, tab, dimension, [*range(start), *[None] * (end - start), *range(start, size)])


def refuse_too_many_cells(state: State, *, more: int = 0) -> None:
    """Raise where the tabs together, and *more* cells, are above Google's limit for one
    spreadsheet.
    """
    grids = [tab["properties"]["gridProperties"] for tab in state["sheets"]]
    if sum(grid["rowCount"] * grid["columnCount"] for grid in grids) + more > MOST_CELLS:
        raise refused(
            "This action would increase the number of cells in the workbook above the limit of "
            f"{MOST_CELLS} cells."
        )


def delete_dimension(state: State, place: dict[str, Any]) -> None:
    """Take *place* away."""
    tab, dimension, start, end, size = _span(state, place)
    one = dimension[:-1].lower()
    if start >= size:
        raise refused(
            f"Cannot delete a {one} that doesn't exist. Tried to delete {one} index {start} but "
            f"there are only {size} {one}s."
        )
    end, frozen = min(end, size), tab["properties"]["gridProperties"].get(FROZEN[dimension], 0)
    if end - start == size:
        raise refused(f"You can't delete all the {dimension.lower()} on the sheet.")
    if size - (end - start) <= frozen:
        raise refused(f"Sorry, it is not possible to delete all non-frozen {dimension.lower()}.")
    _rearrange(state, tab, dimension, [*range(start), *range(end, size)])


def move(state: State, place: dict[str, Any], target: int) -> None:
    """Put *place* before *target*, which is counted before the move."""
    tab, dimension, start, end, size = _span(state, place)
    if end > size or not 0 <= target <= size:
        raise refused(
            f"The source or the destination is outside of the grid of {size} {dimension.lower()}."
        )
    if start <= target <= end:
        return
    others = [at for at in range(size) if not start <= at < end]
    cut = target if target < start else target - (end - start)
    _rearrange(state, tab, dimension, [*others[:cut], *range(start, end), *others[cut:]])


def _span(state: State, place: dict[str, Any]) -> tuple[Tab, str, int, int, int]:
    tab, dimension = tab_by_id(state, place.get("sheetId", 0)), place.get("dimension", "")
    if dimension not in COUNTS:
        raise refused("No dimension specified.")
    size: int = tab["properties"]["gridProperties"][COUNTS[dimension]]
    start, end = place.get("startIndex", 0), place.get("endIndex", size)
    if start < 0 or end <= start:
        raise refused(
            f"range.startIndex[{start}] must be less than range.endIndex[{end}], and "
            "neither below zero."
        )
    return tab, dimension, start, end, size


def _rearrange(state: State, tab: Tab, dimension: str, order: Sequence[int | None]) -> None:
    """Let each new place have the row or column that *order* names by its old index; None is a new
    one.
    """
    tab["properties"]["gridProperties"][COUNTS[dimension]] = len(order)
    if dimension == "ROWS":
        rows, lines = tab["rows"], tab["lines"]
        kept = [at if at is not None and at < len(rows) else None for at in order]
        while kept and kept[-1] is None:
            kept.pop()
        tab["rows"] = [[] if at is None else rows[at] for at in kept]
        tab["lines"] = [new_line(tab) if at is None else lines[at] for at in kept]
    else:
        tab["rows"] = [
            [{} if at is None or at >= len(row) else row[at] for at in order] for row in tab["rows"]
        ]
    places = {old: new for new, old in enumerate(order) if old is not None}
    metadata.relocate_metadata(state, tab["properties"]["sheetId"], dimension, places)
    attached.relocate_attached(tab, dimension, places)
    if dimension == "COLUMNS":
        widths = {places.get(int(at)): width for at, width in tab["columns"].items()}
        tab["columns"] = {str(at): width for at, width in widths.items() if at is not None}
        tab["hidden"] = sorted(places[at] for at in tab["hidden"] if at in places)
