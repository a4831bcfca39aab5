"""What is attached to a tab's cells: protections, drop-downs, colours, filters. Their areas move with the grid."""

from collections.abc import Callable, Iterator, Mapping
from secrets import randbelow
from typing import Any

from intake.sandbox import formula
from intake.sandbox.problems import not_here, refused
from intake.sandbox.workbook import State, Tab, tab_by_id, tabs_of

KINDS = ("protectedRanges", "conditionalFormats", "filterViews", "validations")
VALIDATIONS = {"ONE_OF_LIST", "DATE_IS_VALID"}
EDGES = {"ROWS": ("startRowIndex", "endRowIndex"), "COLUMNS": ("startColumnIndex", "endColumnIndex")}

Attached = dict[str, Any]


def of_tab(tab: Tab, kind: str) -> list[Attached]:
    """What of this *kind* the tab has; a file of an earlier version has none."""
    found: list[Attached] = tab.setdefault("attached", {}).setdefault(kind, [])
    return found


def protect(state: State, body: Attached) -> Attached:
    """addProtectedRange: the server chooses the id."""
    given = body.get("protectedRange", {})
    tab = _tab_of(state, given.get("range", {}))
    kept = {**given, "protectedRangeId": randbelow(2**31 - 1) + 1}
    of_tab(tab, "protectedRanges").append(kept)
    return {"addProtectedRange": {"protectedRange": kept}}


def unprotect(state: State, body: Attached) -> None:
    """deleteProtectedRange."""
    _delete(state, "protectedRanges", "protectedRangeId", body.get("protectedRangeId", 0), "protected range")


def add_rule(state: State, body: Attached) -> None:
    """addConditionalFormatRule; a formula that cannot be evaluated here is refused."""
    rule, index = body.get("rule", {}), body.get("index", 0)
    condition = rule.get("booleanRule", {}).get("condition", {})
    if condition.get("type") != "CUSTOM_FORMULA":
        raise not_here(f"conditional formats of the type {condition.get('type')}")
    formula.check(condition["values"][0]["userEnteredValue"])
    areas = rule.get("ranges", [])
    if not areas:
        raise refused("Must specify at least one range.")
    rules = of_tab(_tab_of(state, areas[0]), "conditionalFormats")
    if not 0 <= index <= len(rules):
        raise refused(f"index[{index}] is out of bounds.")
    rules.insert(index, rule)


def delete_rule(state: State, body: Attached) -> None:
    """deleteConditionalFormatRule."""
    rules, index = of_tab(tab_by_id(state, body.get("sheetId", 0)), "conditionalFormats"), body.get("index", 0)
    if not 0 <= index < len(rules):
        raise refused(f"No conditional format on sheet: {body.get('sheetId', 0)} at index: {index}")
    del rules[index]


def add_view(state: State, body: Attached) -> Attached:
    """addFilterView; an id that is in use is refused."""
    given = body.get("filter", {})
    used = {view["filterViewId"] for tab in tabs_of(state) for view in of_tab(tab, "filterViews")}
    chosen = given.get("filterViewId") or randbelow(2**31 - 1) + 1
    if chosen in used:
        raise refused(f"Filter view with id {chosen} already exists.")
    for spec in given.get("filterSpecs", []):
        condition = spec.get("filterCriteria", {}).get("condition", {})
        if condition.get("type") == "CUSTOM_FORMULA":
            formula.check(condition["values"][0]["userEnteredValue"])
    kept = {**given, "filterViewId": chosen}
    of_tab(_tab_of(state, given.get("range", {})), "filterViews").append(kept)
    return {"addFilterView": {"filter": kept}}


def delete_view(state: State, body: Attached) -> None:
    """deleteFilterView."""
    _delete(state, "filterViews", "filterViewId", body.get("filterId", 0), "filter view")


def validate(state: State, body: Attached) -> None:
    """setDataValidation: a newer rule counts before an older one; without a rule the area is free."""
    area, rule = body.get("range", {}), body.get("rule")
    if rule and rule.get("condition", {}).get("type") not in VALIDATIONS:
        raise not_here(f"data validation of the type {rule.get('condition', {}).get('type')}")
    rules = of_tab(_tab_of(state, area), "validations")
    rules[:] = [one for one in rules if one["ranges"] != [area]]
    rules.insert(0, {"ranges": [area], "rule": rule})


def set_filter(state: State, body: Attached) -> None:
    """setBasicFilter."""
    given = body.get("filter", {})
    _tab_of(state, given.get("range", {}))["basicFilter"] = given


def clear_filter(state: State, body: Attached) -> None:
    """clearBasicFilter."""
    tab_by_id(state, body.get("sheetId", 0)).pop("basicFilter", None)


def validation_at(tab: Tab, row: int, column: int) -> Attached | None:
    """The rule that helps to fill in this cell, or None."""
    for one in of_tab(tab, "validations"):
        if any(covers(area, row, column) for area in one["ranges"]):
            rule: Attached | None = one["rule"]
            return rule
    return None


def protection_at(tab: Tab, row: int, column: int) -> Attached | None:
    """The strictest protection over this cell, or None."""
    over = [one for one in of_tab(tab, "protectedRanges") if covers(one.get("range", {}), row, column)]
    return min(over, key=lambda one: one.get("warningOnly", False), default=None)


def covers(area: Mapping[str, int], row: int, column: int) -> bool:
    """Whether a GridRange holds the cell; an end that is absent is open."""
    return area.get("startRowIndex", 0) <= row < area.get("endRowIndex", row + 1) and area.get(
        "startColumnIndex", 0
    ) <= column < area.get("endColumnIndex", column + 1)


def relocate(tab: Tab, dimension: str, places: Mapping[int, int]) -> None:
    """Rows or columns were moved: *places* gives the new index of each old one that is still there."""
    start, end = EDGES[dimension]
    for kind in KINDS:
        items = of_tab(tab, kind)
        items[:] = [item for item in items if all(_follow(area, start, end, places) for area in _areas(item))]
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
    for key, specs in (("dimensionIndex", item.get("sortSpecs", [])), ("columnIndex", item.get("filterSpecs", []))):
        specs[:] = [{**spec, key: places[spec.get(key, 0)]} for spec in specs if spec.get(key, 0) in places]
    for value in formulas_of(item):
        value["userEnteredValue"] = formula.moved(value["userEnteredValue"], places)


def formulas_of(item: Attached) -> Iterator[dict[str, str]]:
    """The values of a rule or view that hold a custom formula."""
    conditions = [item.get("booleanRule", {}).get("condition", {})]
    conditions += [spec.get("filterCriteria", {}).get("condition", {}) for spec in item.get("filterSpecs", [])]
    for condition in conditions:
        if condition.get("type") == "CUSTOM_FORMULA":
            yield from condition["values"]


def _tab_of(state: State, area: Mapping[str, int]) -> Tab:
    return tab_by_id(state, area.get("sheetId", 0))


def _delete(state: State, kind: str, name: str, number: int, what: str) -> None:
    for tab in tabs_of(state):
        items = of_tab(tab, kind)
        if any(item[name] == number for item in items):
            items[:] = [item for item in items if item[name] != number]
            return
    raise refused(f"No {what} with id: {number}")


HANDLERS: dict[str, Callable[[State, Attached], Attached | None]] = {
    "addConditionalFormatRule": add_rule,
    "addFilterView": add_view,
    "addProtectedRange": protect,
    "clearBasicFilter": clear_filter,
    "deleteConditionalFormatRule": delete_rule,
    "deleteFilterView": delete_view,
    "deleteProtectedRange": unprotect,
    "setBasicFilter": set_filter,
    "setDataValidation": validate,
}
