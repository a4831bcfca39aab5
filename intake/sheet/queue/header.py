"""Where the header of the queue's tab stands: known by what it says, and by a marker on its row.

Staff insert rows above it, and a sort that takes it along puts it anywhere. The marker is metadata
on the row: it moves when rows are inserted, so it tells where to deliver without a look at the
cells. Google does not document whether it follows a sort; so each look at the cells compares it
with what the rows say.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import Column
from intake.sheet.queue.identity import REFERENCE
from intake.sheet.queue.reading import Reading

HEADER_KEY = "intake.header"
"""The key of the marker on the header's row."""
MOVED = (
    "The header of the queue stands in row {}, not at the top, so that sorting takes it along; "
    "undo it in the sheet, or run “intake sheet setup”, which moves it up."
)
REF_TAG = "pipeline:ref"
ENOUGH = 3
"""Titles in one row that make it the header: staff may have renamed the others."""


def row_of_header(reading: Reading, columns: Sequence[Column]) -> int | None:
    """Return the index of the row that holds the titles of *columns*; None where no row holds
    enough of them.
    """
    return next(iter(rows_of_titles(reading, columns)), None)


def rows_of_titles(reading: Reading, columns: Sequence[Column]) -> list[int]:
    """Return the rows that hold titles of *columns*: the header, which holds most of them, and
    copies of it.
    """
    titles = Counter(
        at
        for column in columns
        for at, value in enumerate(reading.cells.get(column.tag, ()))
        if value == column.title
    )
    found = (at for at, count in titles.items() if count >= ENOUGH)
    return sorted(found, key=lambda at: (-titles[at], at))


def first_request(reading: Reading) -> int | None:
    """Return the index of the first row with a reference; None where there is none."""
    references = reading.cells.get(REF_TAG, ())
    return next(
        (at for at, value in enumerate(references) if REFERENCE.fullmatch(str(value).strip())), None
    )


def is_headless(reading: Reading, columns: Sequence[Column]) -> bool:
    """Return whether requests stand there without a header: no row above them is filled as a header
    is, in whatever words.
    """
    there = [reading.cells[column.tag] for column in columns if column.tag in reading.cells]
    first = first_request(reading)
    if first is None or rows_of_titles(reading, columns):
        return False
    filled = (sum(at < len(cells) and cells[at] != "" for cells in there) for at in range(first))
    return not any(2 * count >= len(there) for count in filled)


def problem_with_header(reading: Reading, columns: Sequence[Column]) -> str | None:
    """Say what is wrong with the header, and what to do; None when it is at the top."""
    if is_headless(reading, columns):
        return (
            "The header of the queue is missing; undo it in the sheet, or run “intake sheet setup”."
        )
    row = row_of_header(reading, columns)
    return MOVED.format(row + 1) if row else None


def mark_header(sheet_id: int, row: int) -> list[Request]:
    """Requests that put the marker on *row*, and take it from where it stood."""
    lookup = {"metadataKey": HEADER_KEY}
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    marker: dict[str, Any] = {
        "metadataKey": HEADER_KEY,
        "metadataValue": "1",
        "visibility": "DOCUMENT",
    }
    marker["location"] = {"dimensionRange": place}
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        {"createDeveloperMetadata": {"developerMetadata": marker}},
    ]
