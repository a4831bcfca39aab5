"""Rows and columns are inserted, deleted and moved: cells, widths and metadata go along."""

from collections.abc import Callable

from intake.sandbox import metadata
from intake.sandbox.problems import refused
from intake.sandbox.workbook import State, Tab

COUNTS = {"ROWS": "rowCount", "COLUMNS": "columnCount"}
MOST_CELLS = 10_000_000


def insert(state: State, tab: Tab, dimension: str, start: int, end: int) -> None:
    """Make room from *start* up to *end* (not included)."""
    grid = tab["properties"]["gridProperties"]
    count = _checked(tab, dimension, start, end, inside=False)
    grid[COUNTS[dimension]] += count
    if grid["rowCount"] * grid["columnCount"] > MOST_CELLS:
        raise refused(
            "Invalid requests: This action would increase the number of cells in the workbook above the limit of "
            f"{MOST_CELLS} cells."
        )
    if dimension == "ROWS":
        if start < len(tab["rows"]):
            tab["rows"][start:start] = [[] for _ in range(count)]
    else:
        for row in tab["rows"]:
            if start < len(row):
                row[start:start] = [{} for _ in range(count)]
    _relocate(state, tab, dimension, lambda at: at + count if at >= start else at)


def delete(state: State, tab: Tab, dimension: str, start: int, end: int) -> None:
    """Take away from *start* up to *end*."""
    count = _checked(tab, dimension, start, end, inside=True)
    grid = tab["properties"]["gridProperties"]
    if grid[COUNTS[dimension]] - count <= (grid.get("frozenRowCount", 0) if dimension == "ROWS" else 0):
        raise refused("Invalid requests: You can't delete all the rows or columns on the sheet.")
    grid[COUNTS[dimension]] -= count
    if dimension == "ROWS":
        del tab["rows"][start:end]
    else:
        for row in tab["rows"]:
            del row[start:end]
    _relocate(state, tab, dimension, lambda at: None if start <= at < end else at - count if at >= end else at)


def move_column(state: State, tab: Tab, source: int, target: int) -> None:
    """Put column *source* before column *target*, counted before the move."""
    count = tab["properties"]["gridProperties"]["columnCount"]
    if not (0 <= source < count and 0 <= target <= count):
        raise refused("Invalid requests: no such column.")
    order = [at for at in range(count) if at != source]
    order.insert(target - (target > source), source)
    for row in tab["rows"]:
        row.extend({} for _ in range(count - len(row)))
        row[:] = [row[at] for at in order]
    _relocate(state, tab, "COLUMNS", order.index)


def _checked(tab: Tab, dimension: str, start: int, end: int, *, inside: bool) -> int:
    if dimension not in COUNTS:
        raise refused(f"Invalid value at 'dimension': {dimension}")
    most = tab["properties"]["gridProperties"][COUNTS[dimension]]
    if not 0 <= start < end or start > most or (inside and end > most):
        raise refused(f"Invalid requests: range [{start}, {end}) does not fit a grid of {most}.")
    return end - start


def _relocate(state: State, tab: Tab, dimension: str, new_place: Callable[[int], int | None]) -> None:
    metadata.relocate(state, tab["properties"]["sheetId"], dimension, new_place)
    if dimension == "COLUMNS":
        moved = {new_place(int(at)): width for at, width in tab["columns"].items()}
        tab["columns"] = {str(at): width for at, width in moved.items() if at is not None}
