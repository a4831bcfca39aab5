"""What the contract needs of a stand-in for Google: a spreadsheet that is shared with us, staff in
it, and trouble.
"""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

Request = dict[str, Any]


class Stand(ABC):
    """One spreadsheet as Google makes it, with one tab “Sheet1”. Rows and columns count from 0."""

    credentials: Path
    spreadsheet_id: str

    @abstractmethod
    def values(self, tab: str = "Queue", *, shown: bool = False) -> list[list[Any]]:
        """A tab's grid from its first row: the bare values, or what a person sees. Empty ends are
        cut off.
        """

    @abstractmethod
    def tabs(self) -> dict[str, int]:
        """The tabs' ids by title, in their order."""

    @abstractmethod
    def type_in(self, row: int, column: int, value: Any, tab: str = "Queue") -> None:
        """Staff type something into a cell."""

    @abstractmethod
    def sort(self, column: int, *, descending: bool = False) -> None:
        """Staff sort the queue, the header stays."""

    @abstractmethod
    def change(self, *requests: Request) -> None:
        """The owner of the file does something else, in the words of batchUpdate."""

    @abstractmethod
    def share(self, role: str) -> None:
        """The owner lets the service account write ("writer"), only look ("reader"), or neither
        ("none").
        """

    @abstractmethod
    def fault(
        self,
        kind: str,
        times: int = 1,
        *,
        match: str = ":batchUpdate",
        retry_after: int | None = None,
    ) -> None:
        """The next calls whose address holds *match* fail: 429, 500, 500_after, lost_answer or
        drop_before.
        """

    @abstractmethod
    def clear(self) -> None:
        """Disarm every fault and count calls anew."""

    @abstractmethod
    def paths(self) -> list[str]:
        """The addresses that the API was called by, in their order."""

    @abstractmethod
    def formulas(self) -> int:
        """How many formulas were ever evaluated in a cell."""

    def calls(self) -> list[str]:
        """The API's calls by their kind: "batchUpdate", "developerMetadata:search", "get" …"""
        ends = (
            path.partition("?")[0].partition(self.spreadsheet_id)[2].lstrip(":/")
            for path in self.paths()
        )
        return [re.sub(r"/.*", "", end) or "get" for end in ends]

    def rows(self, tab: str = "Queue") -> list[dict[str, str]]:
        """What a person sees in the rows that hold something, by the titles of the columns."""
        titles, *rows = self.values(tab, shown=True) or [[]]
        return [
            dict(zip(titles, [*row, *[""] * len(titles)], strict=False)) for row in rows if any(row)
        ]

    def place(self, ref: str, title: str) -> tuple[int, int]:
        """The row of the request *ref* and the column with this *title*."""
        titles, *rows = self.values()
        at = next(number for number, row in enumerate(rows, 1) if ref in row)
        return at, titles.index(title)

    def write(self, ref: str, title: str, value: Any) -> None:
        """Staff write into the row of a request."""
        self.type_in(*self.place(ref, title), value)

    def insert(self, dimension: str, at: int, count: int = 1, tab: str = "Queue") -> None:
        """Staff insert rows or columns, which look like those before them."""
        place = self._span(tab, dimension, at, count)
        self.change({"insertDimension": {"range": place, "inheritFromBefore": at > 0}})

    def delete(self, dimension: str, at: int, count: int = 1, tab: str = "Queue") -> None:
        """Staff delete rows or columns."""
        self.change({"deleteDimension": {"range": self._span(tab, dimension, at, count)}})

    def move_column(self, title: str, to: int) -> None:
        """Staff drag a column; *to* is its place afterwards."""
        at = self.values()[0].index(title)
        target = to if to < at else to + 1
        self.change(
            {
                "moveDimension": {
                    "source": self._span("Queue", "COLUMNS", at, 1),
                    "destinationIndex": target,
                }
            }
        )

    def rename_tab(self, tab: str, title: str) -> None:
        """Staff give a tab another name."""
        properties = {"sheetId": self.tabs()[tab], "title": title}
        self.change({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def delete_tab(self, tab: str) -> None:
        """Staff delete a tab."""
        self.change({"deleteSheet": {"sheetId": self.tabs()[tab]}})

    def _span(self, tab: str, dimension: str, at: int, count: int) -> Request:
        return {
            "sheetId": self.tabs()[tab],
            "dimension": dimension,
            "startIndex": at,
            "endIndex": at + count,
        }
