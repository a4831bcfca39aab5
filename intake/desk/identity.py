"""Whose row is it? By what the pipeline wrote there, and by the reference where that tells nothing.

Staff sort parts of a row, overwrite a reference, paste rows. A row that says exactly one lead's name, number and time
is that lead's, whatever its reference says by now; the reference is then put right.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.desk.cells import DAY, EPOCH
from intake.desk.reading import SeenRow
from intake.desk.rows import Row

SECOND = 1 / DAY

Content = tuple[str, str, int]


def rows_by_ref(seen: Sequence[SeenRow], expected: Mapping[str, Row]) -> dict[str, list[SeenRow]]:
    """The rows of each lead that is *expected* in the sheet, by reference; rows of nobody's are left out."""
    contents = {ref: _content(row) for ref, row in expected.items()}
    count = Counter(contents.values())
    owners = {content: ref for ref, content in contents.items() if count[content] == 1}
    found = defaultdict[str, list[SeenRow]](list)
    for row in seen:
        owner = owners.get(_content(row.values)) or (row.ref if row.ref in expected else None)
        if owner is not None:
            found[owner].append(row)
    return dict(found)


def is_same(expected: str | datetime | None, cell: Any) -> bool:
    """Whether *cell*, as it was read, says what is *expected*."""
    if expected is None:
        return bool(cell == "")
    if isinstance(expected, datetime):
        return isinstance(cell, int | float) and abs(cell - serial(expected)) < SECOND
    return isinstance(cell, str) and cell == expected


def serial(moment: datetime) -> float:
    """A wall-clock time as a spreadsheet counts it: in days since the end of 1899."""
    return round((moment.replace(tzinfo=None) - EPOCH).total_seconds()) / DAY


def _content(values: Mapping[str, Any]) -> Content:
    received = values.get("received", "")
    if isinstance(received, datetime):
        received = serial(received)
    minutes = round(received * 1440) if isinstance(received, int | float) else 0
    return str(values.get("name", "")), str(values.get("phone", "")), minutes
