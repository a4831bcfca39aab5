"""How cells look and which rows a filter view shows: what Google works out in the browser, the page
is told.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.demo.sandbox import attached
from intake.demo.sandbox.formula import FormulaContext, holds
from intake.demo.sandbox.values import EPOCH, plain, shown_value
from intake.demo.sandbox.workbook import State, Tab, read_cell

Style = dict[str, str]


def serial_now(state: State) -> float:
    """Return the present moment on the wall clock of the spreadsheet's zone, in days."""
    wall = datetime.now(ZoneInfo(state["properties"]["timeZone"])).replace(tzinfo=None)
    return (wall - EPOCH).total_seconds() / 86_400


def styles(tab: Tab, row: int, width: int, now: float) -> list[Style]:
    """Background and ink of each cell of a row: of the rules that hold, an earlier one counts
    before a later one.
    """
    found: list[Style] = [{} for _ in range(width)]
    for rule in attached.of_tab(tab, "conditionalFormats"):
        areas = [
            area
            for area in rule["ranges"]
            if attached.covers(area, row, area.get("startColumnIndex", 0))
        ]
        formula = next(attached.formulas_of(rule))["userEnteredValue"]
        for area in areas:
            if not _holds(formula, tab, row, area, now):
                continue
            style = _style(rule["booleanRule"].get("format", {}))
            for column in range(
                area.get("startColumnIndex", 0), min(area.get("endColumnIndex", width), width)
            ):
                found[column] = style | found[column]
    return found


def filter_views(tab: Tab, now: float) -> list[dict[str, Any]]:
    """Return each view of the tab with the lines of the rows that it shows, in its order. Cells
    stay where they are.
    """
    return [
        {
            "id": view["filterViewId"],
            "title": view.get("title", ""),
            "lines": _lines(tab, view, now),
        }
        for view in attached.of_tab(tab, "filterViews")
    ]


def _lines(tab: Tab, view: dict[str, Any], now: float) -> list[int]:
    rows = [
        row
        for row in range(1, len(tab["rows"]))
        if any(cell.get("userEnteredValue") for cell in tab["rows"][row])
    ]
    shown_rows = [
        row
        for row in rows
        if all(_passes(tab, row, spec, now) for spec in view.get("filterSpecs", []))
    ]
    for spec in reversed(view.get("sortSpecs", [])):
        shown_rows.sort(
            key=_rank(tab, spec.get("dimensionIndex", 0)),
            reverse=spec.get("sortOrder") == "DESCENDING",
        )
    return [tab["lines"][row] for row in shown_rows]


def _passes(tab: Tab, row: int, spec: dict[str, Any], now: float) -> bool:
    criteria, cell = spec.get("filterCriteria", {}), read_cell(tab, row, spec.get("columnIndex", 0))
    if shown_value(cell) in criteria.get("hiddenValues", []):
        return False
    condition = criteria.get("condition", {})
    words = next((value["userEnteredValue"] for value in condition.get("values", [])), "")
    tests: dict[str, Callable[[], bool]] = {
        "TEXT_EQ": lambda: shown_value(cell).casefold() == words.casefold(),
        "NOT_BLANK": lambda: shown_value(cell) != "",
        "CUSTOM_FORMULA": lambda: _holds(words, tab, row, {"startRowIndex": 1}, now),
    }
    return tests[condition["type"]]() if condition else True


def _holds(formula: str, tab: Tab, row: int, area: dict[str, int], now: float) -> bool:
    place = FormulaContext(
        row, area.get("startRowIndex", 0), lambda at, column: plain(read_cell(tab, at, column)), now
    )
    return holds(formula, place)


def _rank(tab: Tab, column: int) -> Callable[[int], tuple[int, Any]]:
    def rank(row: int) -> tuple[int, Any]:
        value = plain(read_cell(tab, row, column))
        return (
            (0, value)
            if isinstance(value, int | float)
            else (1 if value else 2, str(value).casefold())
        )

    return rank


def _style(given: dict[str, Any]) -> Style:
    return dict(_colours(given))


def _colours(given: dict[str, Any]) -> Iterator[tuple[str, str]]:
    places = {
        "background": given.get("backgroundColorStyle"),
        "ink": given.get("textFormat", {}).get("foregroundColorStyle"),
    }
    for name, style in places.items():
        if style:
            parts = (style.get("rgbColor", {}).get(part, 0) for part in ("red", "green", "blue"))
            yield name, "#" + "".join(f"{round(part * 255):02x}" for part in parts)
