"""Where the header of the queue's tab stands: known by what it says, and by a marker on its row.

Staff insert rows above it, and a sort that takes it along puts it anywhere. The marker is metadata on the row:
it moves when rows are inserted, so it tells where to deliver without a look at the cells. Google does not document
whether it follows a sort; so each look at the cells compares it with what the rows say.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from intake.desk.cells import Request
from intake.desk.columns import Column
from intake.desk.reading import Reading

HEADER_KEY = "intake.header"
"""The key of the marker on the header's row."""
ENOUGH = 3
"""Titles in one row that make it the header: staff may have renamed the others."""


def row_of_header(reading: Reading, columns: Sequence[Column]) -> int | None:
    """Return the index of the row that holds the titles of *columns*; None where no row holds enough of them."""
    titles = Counter(
        at for column in columns for at, value in enumerate(reading.cells.get(column.tag, ())) if value == column.title
    )
    best = max(titles, key=lambda at: (titles[at], -at), default=None)
    return best if best is not None and titles[best] >= ENOUGH else None


def mark_header(sheet_id: int, row: int) -> list[Request]:
    """Requests that put the marker on *row*, and take it from where it stood."""
    lookup = {"metadataKey": HEADER_KEY}
    place = {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    marker: dict[str, Any] = {"metadataKey": HEADER_KEY, "metadataValue": "1", "visibility": "DOCUMENT"}
    marker["location"] = {"dimensionRange": place}
    return [
        {"deleteDeveloperMetadata": {"dataFilter": {"developerMetadataLookup": lookup}}},
        {"createDeveloperMetadata": {"developerMetadata": marker}},
    ]
