"""The workbook as a grid in the browser, for people: look, edit, sort, and make it fail."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template_string, request, send_from_directory

from intake.sandbox.faults import KINDS
from intake.sandbox.state import sandbox
from intake.sandbox.values import shown
from intake.sandbox.workbook import State, Tab, read_cell

FOLDER = Path(__file__).parent / "page"
COLUMN_KEY = "intake.column"
LONGEST_WAIT = 20  # seconds that a question for news is held
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
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
    """The workbook as the page needs it: what each cell shows and whether staff may write it."""
    version = sandbox().news.version  # read first: what changes after it is asked for again
    current = sandbox().workbook.state
    return {
        "version": version,
        "title": current["properties"]["title"],
        "tabs": [_tab(current, tab) for tab in current["sheets"]],
        "faults": sandbox().faults.listed(),
    }


def _tab(current: State, tab: Tab) -> dict[str, Any]:
    owners = _owners(current, tab["properties"]["sheetId"])
    width = max((len(row) for row in tab["rows"]), default=0)
    columns = [
        {
            "title": shown(read_cell(tab, 0, at)),
            "editable": owners.get(at) != "pipeline",
            "hidden": at in tab["hidden"],
            "width": tab["columns"].get(str(at), 100),
        }
        for at in range(width)
    ]
    rows = [
        {
            "row": number,
            "line": tab["lines"][number],
            "cells": [shown(read_cell(tab, number, at)) for at in range(width)],
        }
        for number, row in enumerate(tab["rows"])
        if number > 0 and any(cell.get("userEnteredValue") for cell in row)
    ]
    return {"id": tab["properties"]["sheetId"], "title": tab["properties"]["title"], "columns": columns, "rows": rows}


def _owners(current: State, sheet_id: int) -> dict[int, str]:
    """Who owns each bound column: pipeline or staff."""
    return {
        place["startIndex"]: item["metadataValue"].partition(":")[0]
        for item in current["metadata"]
        if item["metadataKey"] == COLUMN_KEY
        and (place := item["location"].get("dimensionRange", {})).get("sheetId") == sheet_id
        and place["dimension"] == "COLUMNS"
    }
