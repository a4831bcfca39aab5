"""The requests that attach something to cells, or take it off: protections, drop-downs, colours,
filters.
"""

from collections.abc import Callable, Mapping
from secrets import randbelow
from typing import Any

from intake.demo.sandbox import formula, writing
from intake.demo.sandbox.attached import EDGES, Attached, formulas_of, of_tab, refuse_locked
from intake.demo.sandbox.dimensions import COUNTS
from intake.demo.sandbox.problems import not_here, refused
from intake.demo.sandbox.workbook import State, Tab, tab_by_id, tabs_of

VALIDATIONS = {"ONE_OF_LIST", "DATE_IS_VALID"}


def protect(state: State, body: Attached) -> Attached:
    """addProtectedRange: the server chooses the id."""
    given = body.get("protectedRange", {})
    tab = _tab_of(state, given.get("range"))
    if given.get("warningOnly") and any(given.get("editors", {}).values()):
        raise refused("ProtectedRange is warningOnly. Editors cannot be set on it.")
    if _is_whole(given) and any(_is_whole(one) for one in of_tab(tab, "protectedRanges")):
        raise refused(f'Sheet "{tab["properties"]["title"]}" already has sheet protection.')
    kept = {**given, "protectedRangeId": randbelow(2**31 - 1) + 1}
    of_tab(tab, "protectedRanges").append(kept)
    return {"addProtectedRange": {"protectedRange": kept}}


def unprotect(state: State, body: Attached) -> None:
    """deleteProtectedRange."""
    _delete(
        state,
        "protectedRanges",
        "protectedRangeId",
        body.get("protectedRangeId", 0),
        "protected range",
    )


def add_rule(state: State, body: Attached) -> None:
    """addConditionalFormatRule; a formula that cannot be evaluated here is refused."""
    rule, index = body.get("rule", {}), body.get("index", 0)
    condition = rule.get("booleanRule", {}).get("condition", {})
    if condition.get("type") != "CUSTOM_FORMULA":
        raise not_here(f"conditional formats of the type {condition.get('type')}")
    _keep_formulas(state, rule)
    tabs = [_tab_of(state, area) for area in rule.get("ranges", [])]
    if not tabs:
        raise refused("Must specify at least one range.")
    rules = of_tab(tabs[0], "conditionalFormats")
    if not 0 <= index <= len(rules):
        raise refused(f"index[{index}] is out of bounds.")
    rules.insert(index, rule)


def delete_rule(state: State, body: Attached) -> None:
    """deleteConditionalFormatRule."""
    rules, index = (
        of_tab(tab_by_id(state, body.get("sheetId", 0)), "conditionalFormats"),
        body.get("index", 0),
    )
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
    _keep_formulas(state, given)
    tab, closed = _closed(state, given)
    kept = {**closed, "filterViewId": chosen}
    of_tab(tab, "filterViews").append(kept)
    return {"addFilterView": {"filter": kept}}


def delete_view(state: State, body: Attached) -> None:
    """deleteFilterView."""
    _delete(state, "filterViews", "filterViewId", body.get("filterId", 0), "filter view")


def validate(state: State, body: Attached) -> None:
    """setDataValidation: a newer rule counts before an older one; without a rule the area is
    free.
    """
    rule, tab = body.get("rule"), _tab_of(state, body.get("range"))
    area = body["range"]
    if rule is not None:
        _refuse_what_is_no_rule(rule)
    refuse_locked(tab, area)
    rules = of_tab(tab, "validations")
    rules[:] = [one for one in rules if one["ranges"] != [area]]
    rules.insert(0, {"ranges": [area], "rule": rule})


def set_filter(state: State, body: Attached) -> None:
    """setBasicFilter."""
    tab, closed = _closed(state, body.get("filter", {}))
    of_tab(tab, "basicFilter")[:] = [closed]


def clear_filter(state: State, body: Attached) -> None:
    """clearBasicFilter."""
    of_tab(tab_by_id(state, body.get("sheetId", 0)), "basicFilter").clear()


def _tab_of(state: State, area: Mapping[str, int] | None) -> Tab:
    """Return the tab of a GridRange, which must lie inside of its grid."""
    if area is None:
        raise refused("A range is required.")
    tab = tab_by_id(state, area.get("sheetId", 0))
    for dimension, (start, end) in EDGES.items():
        size = tab["properties"]["gridProperties"][COUNTS[dimension]]
        first, last = area.get(start, 0), area.get(end, size)
        if not 0 <= first < last <= size:
            raise refused(f"GridRange.{start}[{first}] to {end}[{last}] leaves the grid[{size}]")
    return tab


def _keep_formulas(state: State, given: Attached) -> None:
    """Read the formulas of a rule or view as the spreadsheet's locale writes them; one that cannot
    be is refused.
    """
    for value in formulas_of(given):
        value["userEnteredValue"] = writing.kept(
            value["userEnteredValue"], state["properties"]["locale"]
        )
        formula.check(value["userEnteredValue"])


def _closed(state: State, given: Attached) -> tuple[Tab, Attached]:
    """A filter whose range ends where the grid ends now: columns that are added at its right are
    not in it.

    (gspread's recordings of Google: a filter on {sheetId} alone is answered with all four indexes.)
    """
    tab = _tab_of(state, given.get("range"))
    grid = tab["properties"]["gridProperties"]
    ends = {"endRowIndex": grid["rowCount"], "endColumnIndex": grid["columnCount"]}
    return tab, {
        **given,
        "range": {"startRowIndex": 0, "startColumnIndex": 0, **ends, **given["range"]},
    }


def _is_whole(protection: Attached) -> bool:
    return not protection.get("range", {}).keys() - {"sheetId"}


def _refuse_what_is_no_rule(rule: Mapping[str, Any]) -> None:
    condition = rule.get("condition", {})
    if "type" not in condition:
        raise refused("DataValidationRule.condition is required.")
    if condition["type"] not in VALIDATIONS:
        raise not_here(f"data validation of the type {condition['type']}")
    if condition["type"] == "ONE_OF_LIST" and not condition.get("values"):
        raise refused("Conditions of type 'ONE_OF_LIST' require at least one ConditionValue.")


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
