"""deleteDuplicates: of rows that say the same in some columns only the first stays; the others move
up.
"""

from typing import Any

from intake.demo.sandbox.attached import refuse_locked
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.ranges import of_indexes
from intake.demo.sandbox.values import rendered
from intake.demo.sandbox.workbook import State, read_cell, write_cell

SHOWN = {"valueRenderOption": "FORMATTED_VALUE"}


def delete_duplicates(state: State, body: dict[str, Any]) -> dict[str, Any]:
    """The rows of the range are compared as they are shown, without their case; what is outside of
    it stays.

    (Discovery document, DeleteDuplicatesRequest.)
    """
    place = body.get("range", {})
    tab, top, left, bottom, right = of_indexes(state, place)
    refuse_locked(tab, place)
    columns = _columns(body.get("comparisonColumns", []), left, right)
    lines = range(top, min(bottom, len(tab["rows"])))
    seen, kept = set(), []
    for row in lines:
        said = tuple(
            str(rendered(read_cell(tab, row, column), SHOWN)).lower() for column in columns
        )
        if said not in seen:
            seen.add(said)
            kept.append([read_cell(tab, row, column) for column in range(left, right)])
    for at, row in enumerate(lines):
        for by in range(right - left):
            write_cell(tab, row, left + by, kept[at][by] if at < len(kept) else {})
    removed = len(lines) - len(kept)
    return {"deleteDuplicates": {"duplicatesRemovedCount": removed} if removed else {}}


def _columns(given: list[dict[str, Any]], left: int, right: int) -> list[int]:
    """Return the columns that are compared: all of the range where none is named."""
    if any(one.get("dimension") != "COLUMNS" for one in given):
        raise refused("comparisonColumns must be columns.")
    named = [
        at for one in given for at in range(one.get("startIndex", 0), one.get("endIndex", right))
    ]
    if any(not left <= at < right for at in named):
        raise refused("comparisonColumns must lie inside of the range.")
    return named or list(range(left, right))
