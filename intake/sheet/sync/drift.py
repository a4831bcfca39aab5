"""Pipeline cells that no longer say what the pipeline wrote there, and the requests that put them
right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.sheet.queue.cells import FIELDS, ISO, Request, cell
from intake.sheet.queue.columns import Column, Owner
from intake.sheet.queue.identity import is_same
from intake.sheet.queue.reading import Reading, SeenRow
from intake.sheet.queue.rows import Row

MOST_AT_ONCE = 2000  # cells in one call; the rest follows with the next look


@dataclass(frozen=True)
class Drift:
    """A cell to write again: its place (indexes from 0) and what belongs there."""

    row: int
    column: Column
    place: int
    value: str | datetime | None


def drifted(
    found: Mapping[str, Sequence[SeenRow]],
    expected: Mapping[str, Row],
    reading: Reading,
    columns: Sequence[Column],
) -> list[Drift]:
    """Return the drifted cells, at most `MOST_AT_ONCE`. Of a row that is there twice only the Alert
    is ours to write.
    """
    ours = [one for one in columns if one.owner is Owner.PIPELINE and one.tag in reading.places]
    found_drift: list[Drift] = []
    for ref, rows in found.items():
        wanted = [one for one in ours if len(rows) == 1 or one.key == "alert"]
        for row in rows:
            found_drift += _drifted(row, expected[ref], wanted, reading.places)
    return found_drift[:MOST_AT_ONCE]


def _drifted(
    row: SeenRow, expected: Row, columns: Sequence[Column], places: Mapping[str, int]
) -> Iterator[Drift]:
    for column in columns:
        value = expected.get(column.key)
        if not is_same(value, row.values[column.key]):
            yield Drift(row.index, column, places[column.tag], value)


def repairs(sheet_id: int, cells: Sequence[Drift], *, dates: str = ISO) -> list[Request]:
    """One request for each cell, so that nothing between them is touched."""
    return [
        {
            "updateCells": {
                "start": {"sheetId": sheet_id, "rowIndex": one.row, "columnIndex": one.place},
                "rows": [{"values": [cell(one.column.key, one.value, dates)]}],
                "fields": FIELDS,
            }
        }
        for one in cells
    ]
