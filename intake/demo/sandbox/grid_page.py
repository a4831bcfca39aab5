"""The workbook as a grid in the browser, for people: look, edit, sort, and make it fail."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template_string, request, send_from_directory

from intake.demo.sandbox import attached
from intake.demo.sandbox.appearance import filter_views, serial_now, styles
from intake.demo.sandbox.faults import KINDS
from intake.demo.sandbox.state import sandbox
from intake.demo.sandbox.values import shown_value
from intake.demo.sandbox.workbook import Tab, read_cell

FOLDER = Path(__file__).parent / "page"
LONGEST_WAIT = 20  # seconds that a question for news is held
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

blueprint = Blueprint("grid_page", __name__)


@blueprint.get("/")
def grid() -> Response:
    """The page; it shows the workbook without JavaScript as well, only not live."""
    html = render_template_string((FOLDER / "grid.html").read_text(), view=view(), kinds=KINDS)
    return Response(html, headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


@blueprint.get("/page/<name>")
def part(name: str) -> Response:
    """Style sheet and script."""
    return send_from_directory(FOLDER, name, max_age=0)


@blueprint.get("/sandbox/state")
def state() -> Response:
    """The workbook for the page; with `since` the answer waits until there is something newer."""
    since = request.args.get("since", type=int)
    if since is not None:
        sandbox().news.wait(since, LONGEST_WAIT)
    return jsonify(view())


def view() -> dict[str, Any]:
    """Return the workbook as the page needs it: what each cell shows and whether staff may write
    it.
    """
    version = sandbox().news.version  # read first: what changes after it is asked for again
    current = sandbox().workbook.state
    now = serial_now(current)
    return {
        "version": version,
        "title": current["properties"]["title"],
        "tabs": [_tab(tab, now) for tab in current["sheets"]],
        "faults": sandbox().faults.listed(),
    }


def _tab(tab: Tab, now: float) -> dict[str, Any]:
    width = max((len(row) for row in tab["rows"]), default=0)
    rows = [
        _row(tab, number, width, now)
        for number, row in enumerate(tab["rows"])
        if number > 0 and any(cell.get("userEnteredValue") for cell in row)
    ]
    properties = tab["properties"]
    return {
        "id": properties["sheetId"],
        "title": properties["title"],
        "columns": [_column(tab, at) for at in range(width)],
        "rows": rows,
        "views": filter_views(tab, now),
        "header": styles(tab, 0, width, now),
        "hidden": properties.get("hidden", False),
    }


def _row(tab: Tab, number: int, width: int, now: float) -> dict[str, Any]:
    return {
        "row": number,
        "line": tab["lines"][number],
        "cells": [shown_value(read_cell(tab, number, at)) for at in range(width)],
        "styles": styles(tab, number, width, now),
    }


def _column(tab: Tab, at: int) -> dict[str, Any]:
    """Return a column: who may write in it, and what helps to."""
    heading = read_cell(tab, 0, at)
    protection = attached.protection_at(tab, 1, at)
    rule = _help(tab, at)
    return {
        "title": shown_value(heading),
        "protection": ("warn" if protection.get("warningOnly") else "lock")
        if protection
        else "none",
        "grey": "backgroundColorStyle" in heading.get("userEnteredFormat", {}),
        "choices": [
            value["userEnteredValue"] for value in rule.get("condition", {}).get("values", [])
        ],
        "is_date": rule.get("condition", {}).get("type") == "DATE_IS_VALID",
        "hint": rule.get("inputMessage", ""),
        "hidden": at in tab["hidden"],
        "width": tab["columns"].get(str(at), 100),
    }


def _help(tab: Tab, at: int) -> dict[str, Any]:
    # Of any row: the page offers the same for all of the column.
    rules = (
        one["rule"]
        for one in attached.of_tab(tab, "validations")
        for area in one["ranges"]
        if one["rule"] and attached.covers(area, area.get("startRowIndex", 0), at)
    )
    found: dict[str, Any] = next(rules, {})
    return found
