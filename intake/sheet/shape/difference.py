"""A thing that is off in the sheet, in words, with what puts it right; and what was found there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import PIPELINE, Layout
from intake.sheet.queue.header import is_headless, row_of_header, rows_of_titles
from intake.sheet.queue.reading import Reading

TAB_KEY = "intake.tab"
"""The key of the developer metadata that binds a tab of ours; its value is the tab's name in the
house.
"""
NOTHING_READ = Reading("", {}, {})


@dataclass(frozen=True)
class Difference:
    """*sentence* is for people. *is_ours*: it concerns what the pipeline owns, so the relay puts it
    right by itself.
    """

    sentence: str
    requests: Sequence[Request] = ()
    is_ours: bool = True


@dataclass(frozen=True)
class Found:
    """The spreadsheet as Google describes it, with the cells that tell where its header is."""

    layout: Layout
    properties: Mapping[str, Any]
    sheets: Sequence[Mapping[str, Any]]
    account: str
    """The service account that the pipeline is."""
    validations: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    """The data validation of the first row under the header, by column index."""
    reading: Reading = NOTHING_READ
    """The cells of the pipeline's columns."""

    @property
    def header(self) -> int | None:
        """The index of the row that says our titles; None where no row does."""
        return row_of_header(self.reading, PIPELINE)

    @property
    def copies(self) -> Sequence[int]:
        """The rows that say them as well."""
        return rows_of_titles(self.reading, PIPELINE)[1:]

    @property
    def is_headless(self) -> bool:
        """Whether requests stand there without a header."""
        return is_headless(self.reading, PIPELINE)

    @property
    def queue(self) -> Mapping[str, Any]:
        """The queue's tab."""
        return next(
            one
            for one in self.sheets
            if one["properties"].get("sheetId", 0) == self.layout.sheet_id
        )

    def tab(self, name: str) -> Mapping[str, Any] | None:
        """Return the tab of ours that is bound under *name*, or None."""
        bound = (
            sheet
            for sheet in self.sheets
            for item in sheet.get("developerMetadata", [])
            if item.get("metadataKey") == TAB_KEY
            and item.get("metadataValue", "").partition(":")[0] == name
        )
        return next(bound, None)

    @property
    def locale(self) -> str:
        """The spreadsheet's locale, by which Google reads formulas."""
        return str(self.properties.get("locale", ""))

    @property
    def titles(self) -> set[str]:
        """Return every tab's title, as Google compares them."""
        return {sheet["properties"]["title"].casefold() for sheet in self.sheets}


def whole_column(sheet_id: int, index: int) -> dict[str, int]:
    """Return a column from top to bottom, left open below so that it grows with the sheet."""
    return {"sheetId": sheet_id, "startColumnIndex": index, "endColumnIndex": index + 1}


def below_header(layout: Layout, index: int) -> dict[str, int]:
    """Return a column without its header."""
    return {**whole_column(layout.sheet_id, index), "startRowIndex": layout.first_row}


def column_of(area: Mapping[str, Any], sheet_id: int) -> int | None:
    """Return the one column that *area* (a GridRange) covers from top to bottom in this tab, or
    None.
    """
    start = area.get("startColumnIndex", 0)
    whole = (
        area.get("sheetId", 0) == sheet_id
        and "endRowIndex" not in area
        and area.get("startRowIndex", 0) == 0
    )
    return start if whole and area.get("endColumnIndex") == start + 1 else None


def to_the_end(area: Mapping[str, Any], row: int) -> dict[str, Any]:
    """Return the columns from *row* to the end of the tab, wherever that is when the request is
    sent.
    """
    return {
        **{key: value for key, value in area.items() if key != "endRowIndex"},
        "startRowIndex": row,
    }


def letters(index: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    above, place = divmod(index, 26)
    return (letters(above - 1) if above else "") + chr(65 + place)
