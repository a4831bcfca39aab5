"""What a person does in the sheet. Whatever is typed stays text, a number or a date; nothing is
evaluated.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from intake.demo.sandbox import attached, dimensions
from intake.demo.sandbox.cells import LONGEST_TEXT
from intake.demo.sandbox.problems import GoogleError, is_protected, refused
from intake.demo.sandbox.values import EPOCH, plain, shown_value
from intake.demo.sandbox.workbook import Cell, State, Tab, read_cell, tab_by_id, write_cell

DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,6})?")

Body = dict[str, Any]


def act(state: State, body: Body) -> None:
    """Carry out one action: edit, sort, insert_rows, delete_rows, move_column or rename_tab."""
    action = ACTIONS.get(str(body.get("action")))
    if action is None:
        raise refused(f"An action is one of {', '.join(ACTIONS)}.")
    try:
        action(state, tab_by_id(state, int(body["sheetId"])), body)
    except (KeyError, TypeError, ValueError) as error:
        raise refused(f"The action lacks {error}, or it is of the wrong kind.") from None


def _edit(_: State, tab: Tab, body: Body) -> None:
    """Write a cell: at `row`, or in the `line` that the page saw, wherever that row is by now."""
    at = _row(tab, body), int(body["column"])
    if "title" in body and shown_value(read_cell(tab, 0, at[1])) != body["title"]:
        raise GoogleError(409, "The columns changed meanwhile; nothing was saved.")
    protection = attached.protection_at(tab, *at)
    if protection and not protection.get("warningOnly"):
        raise is_protected(403)
    before = read_cell(tab, *at)
    write_cell(tab, *at, _typed(body["value"], before.get("userEnteredFormat", {})))


def _row(tab: Tab, body: Body) -> int:
    if "line" not in body:
        return int(body["row"])
    if body["line"] not in tab["lines"]:
        raise GoogleError(409, "This row was deleted meanwhile; nothing was saved.")
    found: int = tab["lines"].index(body["line"])
    return found


def _typed(given: Any, style: dict[str, Any]) -> Cell:
    cell: Cell = {"userEnteredFormat": style} if style else {}
    if isinstance(given, bool):
        return cell | {"userEnteredValue": {"boolValue": given}}
    if isinstance(given, int | float):
        return cell | {"userEnteredValue": {"numberValue": given}}
    text = str(given)
    if len(text) > LONGEST_TEXT:
        raise refused(
            f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a "
            "single cell."
        )
    if not text:
        return cell
    # A cell formatted as text keeps what is typed
    if style.get("numberFormat", {}).get("type") != "TEXT":
        if NUMBER.fullmatch(text):
            return cell | {
                "userEnteredValue": {"numberValue": float(text) if "." in text else int(text)}
            }
        if DATE.fullmatch(text) and (serial := _serial(text)) is not None:
            kind = "DATE_TIME" if " " in text else "DATE"
            pattern = "yyyy-mm-dd hh:mm" if " " in text else "yyyy-mm-dd"
            dated = style | {"numberFormat": {"type": kind, "pattern": pattern}}
            return {"userEnteredValue": {"numberValue": serial}, "userEnteredFormat": dated}
    return cell | {"userEnteredValue": {"stringValue": text}}


def _serial(text: str) -> float | None:
    try:
        return (datetime.fromisoformat(text) - EPOCH).total_seconds() / 86_400
    except ValueError:
        return None


def _sort(_: State, tab: Tab, body: Body) -> None:
    """Cells move, rows do not: like a sort in the sheet, with the frozen rows left on top and empty
    rows below.
    """
    column, frozen = (
        int(body["column"]),
        tab["properties"]["gridProperties"].get("frozenRowCount", 0),
    )

    def value(row: int) -> Any:
        return plain(read_cell(tab, row, column))

    def rank(row: int) -> tuple[int, Any]:
        found = value(row)
        if isinstance(found, bool):
            return 2, found
        return (0, found) if isinstance(found, int | float) else (1, str(found).casefold())

    below = range(frozen, len(tab["rows"]))
    filled = sorted(
        (row for row in below if value(row) != ""),
        key=rank,
        reverse=body.get("order") == "DESCENDING",
    )
    order = [
        *range(min(frozen, len(tab["rows"]))),
        *filled,
        *(row for row in below if value(row) == ""),
    ]
    tab["rows"], tab["lines"] = (
        [tab["rows"][row] for row in order],
        [tab["lines"][row] for row in order],
    )


def _insert_rows(state: State, tab: Tab, body: Body) -> None:
    place = _span(tab, "ROWS", int(body["row"]), int(body.get("count", 1)))
    at_the_end = place["startIndex"] == tab["properties"]["gridProperties"]["rowCount"]
    dimensions.insert(state, place, inherit=at_the_end)


def _delete_rows(state: State, tab: Tab, body: Body) -> None:
    dimensions.delete_dimension(
        state, _span(tab, "ROWS", _row(tab, body), int(body.get("count", 1)))
    )


def _move_column(state: State, tab: Tab, body: Body) -> None:
    dimensions.move(state, _span(tab, "COLUMNS", int(body["column"]), 1), int(body["to"]))


def _span(tab: Tab, dimension: str, start: int, count: int) -> dict[str, Any]:
    sheet_id = tab["properties"]["sheetId"]
    return {
        "sheetId": sheet_id,
        "dimension": dimension,
        "startIndex": start,
        "endIndex": start + count,
    }


def _rename_tab(state: State, tab: Tab, body: Body) -> None:
    title = str(body["title"])
    if not title or any(
        one is not tab and one["properties"]["title"] == title for one in state["sheets"]
    ):
        raise refused(f'A sheet with the name "{title}" already exists. Please enter another name.')
    tab["properties"]["title"] = title


ACTIONS: dict[str, Callable[[State, Tab, Body], None]] = {
    "edit": _edit,
    "sort": _sort,
    "insert_rows": _insert_rows,
    "delete_rows": _delete_rows,
    "move_column": _move_column,
    "rename_tab": _rename_tab,
}
