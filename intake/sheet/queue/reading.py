"""What one look at the sheet showed: cells by column, and the rows that they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from intake.sheet.queue.columns import Column, Layout


@dataclass(frozen=True)
class SeenRow:
    """A row of the tab: its index from 0, and its cells by column key; an empty cell is ""."""

    index: int
    values: Mapping[str, Any]

    @property
    def ref(self) -> str:
        """The reference, "" where there is none."""
        value = self.values.get("ref", "")
        return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True)
class Reading:
    """Bound columns of the queue's tab: where each stands, and its cells from the header down."""

    tab: str
    places: Mapping[str, int]
    cells: Mapping[str, Sequence[Any]]

    def has_moved(self, layout: Layout) -> bool:
        """Return whether staff moved one of the columns since it was read."""
        return any(layout.places.get(tag) != place for tag, place in self.places.items())

    def rows(self, columns: Sequence[Column]) -> list[SeenRow]:
        """Rows that hold something in *columns*; a column that is not there is left out of each
        row's values.

        The first one, too: the header is nobody's row, and where staff deleted it a request has
        moved up there.
        """
        there = {
            column.key: self.cells[column.tag] for column in columns if column.tag in self.cells
        }
        # Google cuts off the empty end of a column
        lines = zip_longest(*there.values(), fillvalue="")
        return [
            SeenRow(at, dict(zip(there, line, strict=True)))
            for at, line in enumerate(lines)
            if any(value != "" for value in line)
        ]
