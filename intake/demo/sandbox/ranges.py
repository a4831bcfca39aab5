"""Parts of the grid, named in A1 notation or by indexes, and the values in them."""

import re
from typing import Any

from intake.demo.sandbox import metadata
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.values import rendered
from intake.demo.sandbox.workbook import State, Tab, read_cell, tab_by_id, tab_by_title

CELLS = re.compile(r"([A-Z]{0,3})(\d*)(?::([A-Z]{0,3})(\d*))?", re.IGNORECASE)
PLAIN_TITLE = re.compile(r"[^\W\d]\w*")  # any other is written in quotes

# Tab, top, left, bottom and right; the latter two not included
Area = tuple[Tab, int, int, int, int]


def of_a1(state: State, asked: str) -> Area:
    """Return the area of `'Call queue'!B2:D`, `Queue`, or `B2:D` on the first tab. Raises 400."""
    titles = [tab["properties"]["title"].casefold() for tab in state["sheets"]]
    title, mark, cells = asked.rpartition("!")
    if not mark:
        title, cells = (asked, "") if _bare(asked).casefold() in titles else (titles[0], asked)
    tab = tab_by_title(state, _bare(title), asked)
    grid = tab["properties"]["gridProperties"]
    found = CELLS.fullmatch(cells)
    if found is None or (mark and not cells):
        raise refused(f"Unable to parse range: {asked}")
    left, top, right, bottom = found.groups()
    if right is None:
        right, bottom = left, bottom or top
    first, start = int(top or 1), _column(left or "A")
    last = int(bottom) if bottom else max(first, grid["rowCount"])
    end = _column(right) if right else max(start, grid["columnCount"] - 1)
    # Corners may be named in either order: C2:A1 is A1:C2
    area = (min(first, last) - 1, min(start, end), max(first, last), max(start, end) + 1)
    return _inside(tab, area, asked)


def of_indexes(state: State, place: dict[str, int]) -> Area:
    """Return the area of a GridRange: zero-based, ends not included, open where an index is
    absent.
    """
    tab = tab_by_id(state, place.get("sheetId", 0))
    grid = tab["properties"]["gridProperties"]
    area = (
        place.get("startRowIndex", 0),
        place.get("startColumnIndex", 0),
        place.get("endRowIndex", grid["rowCount"]),
        place.get("endColumnIndex", grid["columnCount"]),
    )
    return _inside(tab, area, str(place))


def of_filter(state: State, given: dict[str, Any]) -> list[Area]:
    """Return the areas that a DataFilter matches: any number for a metadata lookup, which finds
    whole rows and columns.
    """
    if "a1Range" in given:
        return [of_a1(state, given["a1Range"])]
    if "gridRange" in given:
        return [of_indexes(state, given["gridRange"])]
    if "developerMetadataLookup" not in given:
        raise refused("Invalid dataFilter: must set exactly one filter.")
    return [
        _of_metadata(state, item)
        for item in metadata.find(state, given["developerMetadataLookup"])
        if metadata.tab_of(item) is not None
    ]


def _of_metadata(state: State, item: dict[str, Any]) -> Area:
    place = item["location"].get("dimensionRange") or {}
    names = {
        "ROWS": ("startRowIndex", "endRowIndex"),
        "COLUMNS": ("startColumnIndex", "endColumnIndex"),
    }
    start, end = names[place.get("dimension", "ROWS")]
    ends = {start: place["startIndex"], end: place["endIndex"]} if place else {}
    return of_indexes(state, {"sheetId": metadata.tab_of(item) or 0, **ends})


def read(area: Area, options: dict[str, Any]) -> dict[str, Any]:
    """Return the ValueRange of *area*, without the empty cells at the ends."""
    tab, top, left, bottom, right = area
    dimension = options.get("majorDimension", "ROWS")
    lines = [
        [rendered(read_cell(tab, row, column), options) for column in range(left, right)]
        for row in range(top, min(bottom, len(tab["rows"])))
    ]
    if dimension == "COLUMNS":
        lines = [list(column) for column in zip(*lines, strict=True)]
    lines = [trimmed(line, "") for line in lines]
    values = trimmed(lines, [])
    return {"range": _a1(area), "majorDimension": dimension} | (
        {"values": values} if values else {}
    )


def trimmed(line: list[Any], empty: Any) -> list[Any]:
    """*line* without what is *empty* at its end, which Google does not send."""
    end = len(line)
    while end and line[end - 1] == empty:
        end -= 1
    return line[:end]


def _inside(tab: Tab, area: tuple[int, int, int, int], asked: str) -> Area:
    grid = tab["properties"]["gridProperties"]
    top, left, bottom, right = area
    if not (0 <= top < grid["rowCount"] and 0 <= left < grid["columnCount"]):
        raise refused(
            f"Range ({asked}) exceeds grid limits. Max rows: {grid['rowCount']}, "
            f"max columns: {grid['columnCount']}"
        )
    if bottom <= top or right <= left:
        raise refused(f"Unable to parse range: {asked}")
    return tab, top, left, min(bottom, grid["rowCount"]), min(right, grid["columnCount"])


def _bare(title: str) -> str:
    return (
        title[1:-1].replace("''", "'") if len(title) > 1 and title[0] == title[-1] == "'" else title
    )


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    above, place = divmod(column, 26)
    return (_letters(above - 1) if above else "") + chr(65 + place)


def _a1(area: Area) -> str:
    tab, top, left, bottom, right = area
    title = tab["properties"]["title"]
    if not PLAIN_TITLE.fullmatch(title):
        title = "'" + title.replace("'", "''") + "'"
    first, last = f"{_letters(left)}{top + 1}", f"{_letters(right - 1)}{bottom}"
    return f"{title}!{first}" if first == last else f"{title}!{first}:{last}"
