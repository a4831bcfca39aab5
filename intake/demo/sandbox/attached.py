"""What is attached to a tab's cells: protections, drop-downs, colours, filters. Their areas move
with the grid.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from intake.demo.sandbox import formula
from intake.demo.sandbox.access import ACCOUNT
from intake.demo.sandbox.problems import is_protected
from intake.demo.sandbox.workbook import Tab

KINDS = ("protectedRanges", "conditionalFormats", "filterViews", "validations", "basicFilter")
EDGES = {
    "ROWS": ("startRowIndex", "endRowIndex"),
    "COLUMNS": ("startColumnIndex", "endColumnIndex"),
}
MOST = 2**31  # no grid is larger

Attached = dict[str, Any]


def of_tab(tab: Tab, kind: str) -> list[Attached]:
    """Return what of this *kind* the tab has; a file of an earlier version has none."""
    found: list[Attached] = tab.setdefault("attached", {}).setdefault(kind, [])
    return found


def validation_at(tab: Tab, row: int, column: int) -> Attached | None:
    """Return the rule that helps to fill in this cell, or None."""
    for one in of_tab(tab, "validations"):
        if any(covers(area, row, column) for area in one["ranges"]):
            rule: Attached | None = one["rule"]
            return rule
    return None


def protection_at(tab: Tab, row: int, column: int) -> Attached | None:
    """Return the strictest protection over this cell, or None."""
    over = [
        one for one in of_tab(tab, "protectedRanges") if covers(one.get("range", {}), row, column)
    ]
    return min(over, key=lambda one: one.get("warningOnly", False), default=None)


def refuse_locked(tab: Tab, area: Mapping[str, int]) -> None:
    """Raise 400 where *area* meets a protection whose editors do not name the service account."""
    for one in of_tab(tab, "protectedRanges"):
        editors = one.get("editors", {}).get("users", [])
        if editors and ACCOUNT not in editors and _meet(one["range"], area):
            raise is_protected()


def _meet(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(
        max(area.get(start, 0) for area in (one, other))
        < min(area.get(end, MOST) for area in (one, other))
        for start, end in EDGES.values()
    )


def covers(area: Mapping[str, int], row: int, column: int) -> bool:
    """Return whether a GridRange holds the cell; an end that is absent is open."""
    return area.get("startRowIndex", 0) <= row < area.get("endRowIndex", row + 1) and area.get(
        "startColumnIndex", 0
    ) <= column < area.get("endColumnIndex", column + 1)


def relocate_attached(tab: Tab, dimension: str, places: Mapping[int, int]) -> None:
    """Rows or columns were moved: *places* gives the new index of each old one that is still
    there.
    """
    start, end = EDGES[dimension]
    for kind in KINDS:
        items = of_tab(tab, kind)
        items[:] = [
            item
            for item in items
            if all(_follow(area, start, end, places) for area in _areas(item))
        ]
        if dimension == "COLUMNS":
            for item in items:
                _follow_columns(item, places)


def _areas(item: Attached) -> Iterator[dict[str, int]]:
    yield from item.get("ranges", [])
    if "range" in item:
        yield item["range"]


def _follow(area: dict[str, int], start: str, end: str, places: Mapping[int, int]) -> bool:
    if start not in area and end not in area:
        return True
    first, last = area.get(start, 0), area.get(end)
    kept = [new for old, new in places.items() if first <= old and (last is None or old < last)]
    if not kept:
        return False
    if start in area:
        area[start] = min(kept)
    if last is not None:
        area[end] = max(kept) + 1
    return True


def _follow_columns(item: Attached, places: Mapping[int, int]) -> None:
    for key, specs in (
        ("dimensionIndex", item.get("sortSpecs", [])),
        ("columnIndex", item.get("filterSpecs", [])),
    ):
        specs[:] = [
            {**spec, key: places[spec.get(key, 0)]} for spec in specs if spec.get(key, 0) in places
        ]
    for value in formulas_of(item):
        value["userEnteredValue"] = formula.moved(value["userEnteredValue"], places)


def formulas_of(item: Attached) -> Iterator[dict[str, str]]:
    """Yield the values of a rule or view that hold a custom formula."""
    conditions = [item.get("booleanRule", {}).get("condition", {})]
    conditions += [
        spec.get("filterCriteria", {}).get("condition", {}) for spec in item.get("filterSpecs", [])
    ]
    for condition in conditions:
        if condition.get("type") == "CUSTOM_FORMULA":
            yield from condition["values"]
