"""How full the spreadsheet is: Google counts the cells of all its tabs, empty ones as well."""

from collections.abc import Iterator

from intake.config import Clinic
from intake.sheet.shape.difference import Difference, Found

MOST_CELLS = 10_000_000
ENOUGH_ROWS = 2_000
"""Told before fewer than so many requests fit in."""


def room_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Yield a spreadsheet in which there is soon no room for requests. Only a person can say what
    is not needed.
    """
    del clinic
    grids = [sheet["properties"].get("gridProperties", {}) for sheet in found.sheets]
    used = sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)
    rows = (MOST_CELLS - used) // found.queue["properties"]["gridProperties"]["columnCount"]
    if rows < ENOUGH_ROWS:
        yield Difference(
            f"The spreadsheet is nearly full: {used:,} of the {MOST_CELLS:,} cells that Google "
            f"allows, so that {rows:,} more requests fit in. Delete tabs, columns or empty rows "
            "that nobody needs.",
            is_ours=False,
        )
