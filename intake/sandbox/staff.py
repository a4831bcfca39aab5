"""What a person does in the sheet. Whatever is typed stays text, a number or a date; nothing is evaluated."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from intake.sandbox import dimensions
from intake.sandbox.problems import refused
from intake.sandbox.values import EPOCH, plain
from intake.sandbox.workbook import State, Tab, read_cell, tab_by_id, write_cell

DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")


def act(state: State, body: dict[str, Any]) -> None:
    """Carry out one action: edit, sort, insert_rows, delete_rows, move_column or rename_tab."""
    action = ACTIONS.get(str(body.get("action")))
    if action is None:
        raise refused(f"An action is one of {', '.join(ACTIONS)}.")
    try:
        action(state, tab_by_id(state, int(body["sheetId"])), body)
    except (KeyError, TypeError) as error:
        raise refused(f"The action lacks {error}.") from None


def _edit(_: State, tab: Tab, body: dict[str, Any]) -> None:
    at = int(body["row"]), int(body["column"])
    cell = {key: value for key, value in read_cell(tab, *at).items() if key != "userEnteredValue"}
    write_cell(tab, *at, cell | _typed(str(body["value"])))


def _typed(text: str) -> dict[str, Any]:
    if not text:
        return {}
    if DATE.fullmatch(text):
        pattern = "yyyy-mm-dd hh:mm" if " " in text else "yyyy-mm-dd"
        try:
            serial = (datetime.fromisoformat(text) - EPOCH).total_seconds() / 86_400
        except ValueError:
            return {"userEnteredValue": {"stringValue": text}}
        kind = {"type": "DATE_TIME" if " " in text else "DATE", "pattern": pattern}
        return {"userEnteredValue": {"numberValue": serial}, "userEnteredFormat": {"numberFormat": kind}}
    return {"userEnteredValue": {"stringValue": text}}


def _sort(_: State, tab: Tab, body: dict[str, Any]) -> None:
    """Cells move, rows do not: like a sort in the sheet, with the frozen rows left on top and empty rows below."""
    column, frozen = int(body["column"]), tab["properties"]["gridProperties"].get("frozenRowCount", 0)
    head, rows = tab["rows"][:frozen], tab["rows"][frozen:]

    def rank(row: list[Any]) -> tuple[int, Any]:
        value = plain(row[column]) if column < len(row) else ""
        return (0, value) if isinstance(value, int | float) else (1, str(value).casefold())

    filled = [row for row in rows if column < len(row) and plain(row[column]) != ""]
    empty = [row for row in rows if not (column < len(row) and plain(row[column]) != "")]
    tab["rows"] = head + sorted(filled, key=rank, reverse=body.get("order") == "DESCENDING") + empty


def _insert_rows(state: State, tab: Tab, body: dict[str, Any]) -> None:
    dimensions.insert(state, tab, "ROWS", int(body["row"]), int(body["row"]) + int(body.get("count", 1)))


def _delete_rows(state: State, tab: Tab, body: dict[str, Any]) -> None:
    dimensions.delete(state, tab, "ROWS", int(body["row"]), int(body["row"]) + int(body.get("count", 1)))


def _move_column(state: State, tab: Tab, body: dict[str, Any]) -> None:
    dimensions.move_column(state, tab, int(body["column"]), int(body["to"]))


def _rename_tab(_: State, tab: Tab, body: dict[str, Any]) -> None:
    tab["properties"]["title"] = str(body["title"])


ACTIONS: dict[str, Callable[[State, Tab, dict[str, Any]], None]] = {
    "edit": _edit,
    "sort": _sort,
    "insert_rows": _insert_rows,
    "delete_rows": _delete_rows,
    "move_column": _move_column,
    "rename_tab": _rename_tab,
}
