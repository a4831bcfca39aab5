"""Whose row is it? By what the pipeline wrote there, and by the reference where that tells nothing.

Staff sort parts of a row, overwrite a reference, paste rows. A row that says exactly one lead's
name, number and time is that lead's, whatever its reference says by now; the reference is then put
right.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from intake.sheet.queue.cells import DAY, EPOCH
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.rows import Row
from intake.sheet.queue.staff_words import LATEST

SECOND = 1 / DAY
REFERENCE = re.compile(r"[0-9A-Z]{3}-[0-9A-Z]{4}")

Content = tuple[str, str, int]
"""Name, number, and the minute of receipt."""
Key = TypeVar("Key", bound=Hashable)


def rows_by_ref(
    seen: Sequence[SeenRow], expected: Mapping[str, Row], on_their_way: Collection[str] = ()
) -> dict[str, list[SeenRow]]:
    """Return the rows of each lead that is *expected* in the sheet, by reference; rows of nobody's
    are left out.

    So are rows of the leads *on their way*: put in, but that was not recorded yet. A person who
    asks again says the same things as before, and their new row would pass for the old one that
    staff deleted.
    """
    contents = {ref: _content(row) for ref, row in expected.items()}
    owners = _unique((content, ref) for ref, content in contents.items() if all(content))
    found = defaultdict[str, list[SeenRow]](list)
    strays: list[SeenRow] = []
    for row in (row for row in seen if row.ref not in on_their_way):
        owner = owners.get(_content(row.values)) or (row.ref if row.ref in expected else None)
        if owner:
            found[owner].append(row)
        # Whose reference was not overwritten is not to be guessed
        elif not REFERENCE.fullmatch(row.ref):
            strays.append(row)
    _give_back(found, expected)
    absent = {ref: content for ref, content in contents.items() if ref not in found}
    for owner, row in _nearly(strays, absent):
        found[owner].append(row)
    return dict(found)


def is_same(expected: str | datetime | None, cell: Any) -> bool:
    """Return whether *cell*, as it was read, says what is *expected*."""
    if expected is None:
        return bool(cell == "")
    if isinstance(expected, datetime):
        return isinstance(cell, int | float) and abs(cell - serial(expected)) < SECOND
    return isinstance(cell, str) and cell == expected


def serial(moment: datetime) -> float:
    """Return a wall-clock time as a spreadsheet counts it: in days since the end of 1899."""
    return round((moment.replace(tzinfo=None) - EPOCH).total_seconds()) / DAY


def _give_back(found: dict[str, list[SeenRow]], expected: Mapping[str, Row]) -> None:
    """Where somebody has a row of their own, another that says the same is its reference's, if that
    one has none.

    A person who asked twice within a minute has two rows that say the same. When one of these
    requests is corrected, what still stands in its row is no longer its own, and says exactly what
    the other one's does.
    """
    for owner, rows in list(found.items()):
        if len(rows) > 1 and any(row.ref == owner for row in rows):
            for row in [row for row in rows if row.ref in expected and row.ref not in found]:
                rows.remove(row)
                found[row.ref].append(row)


def _nearly(
    strays: Sequence[SeenRow], absent: Mapping[str, Content]
) -> Iterator[tuple[str, SeenRow]]:
    """Rows that say two of the three things of a lead that is found nowhere else: staff changed
    several cells.
    """
    owners = _unique((pair, ref) for ref, content in absent.items() for pair in _pairs(content))
    for row in strays:
        meant = {owners[pair] for pair in _pairs(_content(row.values)) if pair in owners}
        if len(meant) == 1:
            yield meant.pop(), row


def _pairs(content: Content) -> list[tuple[object, ...]]:
    name, phone, minute = content
    pairs = ((0, name, phone), (1, name, minute), (2, phone, minute))
    return [pair for pair in pairs if all(pair[1:])]


def _unique(pairs: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """Return, by key, what belongs to exactly one reference."""
    everything = list(pairs)
    count = Counter(key for key, _ in everything)
    return {key: ref for key, ref in everything if count[key] == 1}


def _content(values: Mapping[str, Any]) -> Content:
    received = values.get("received", "")
    if isinstance(received, datetime):
        received = serial(received)
    # A number can be too large for a minute
    minute = (
        round(received * 1440) if isinstance(received, int | float) and 0 < received < LATEST else 0
    )
    return str(values.get("name", "")), str(values.get("phone", "")), minute
