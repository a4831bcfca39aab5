"""The workbook as a grid in the browser, for people: look, edit, sort, and make it fail."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template_string, request, send_from_directory

from intake.sandbox import staff
from intake.sandbox.api import sandbox
from intake.sandbox.faults import KINDS
from intake.sandbox.problems import refused
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
        sandbox().workbook.wait_for_change(since, LONGEST_WAIT)
    return jsonify(view())


@blueprint.post("/sandbox/staff")
def staff_action() -> Response:
    """Something that a person does in the sheet."""
    body = _json()
    sandbox().workbook.change(lambda draft: staff.act(draft, body))
    return jsonify(version=sandbox().workbook.version)


@blueprint.get("/sandbox/faults")
def faults() -> Response:
    """What is armed."""
    return jsonify(faults=sandbox().faults.listed())


@blueprint.post("/sandbox/faults")
def arm() -> Response:
    """Arm a fault."""
    sandbox().faults.arm(_json())
    return faults()


@blueprint.delete("/sandbox/faults")
def disarm() -> Response:
    """Disarm all."""
    sandbox().faults.clear()
    return faults()


@blueprint.get("/sandbox/requests")
def calls() -> Response:
    """Google's calls since the start, so that they can be counted."""
    return jsonify(requests=sandbox().calls)


def view() -> dict[str, Any]:
    """The workbook as the page needs it: what each cell shows and whether staff may write it."""
    workbook = sandbox().workbook
    current = workbook.state
    return {
        "version": workbook.version,
        "title": current["properties"]["title"],
        "tabs": [_tab(current, tab) for tab in current["sheets"]],
    }


def _tab(current: State, tab: Tab) -> dict[str, Any]:
    sheet_id = tab["properties"]["sheetId"]
    owners = {
        place.get("startIndex", 0): item["metadataValue"].partition(":")[0]
        for item in current["metadata"]
        if item["metadataKey"] == COLUMN_KEY
        and (place := item["location"].get("dimensionRange", {})).get("sheetId") == sheet_id
    }
    rows = tab["rows"]
    width = max((len(row) for row in rows), default=0)
    header = [shown(read_cell(tab, 0, at)) for at in range(width)]
    return {
        "id": sheet_id,
        "title": tab["properties"]["title"],
        "columns": [
            {"title": title, "editable": owners.get(at) != "pipeline", "width": tab["columns"].get(str(at), 100)}
            for at, title in enumerate(header)
        ],
        "rows": [
            {"row": number, "cells": [shown(read_cell(tab, number, at)) for at in range(width)]}
            for number, row in enumerate(rows)
            if number > 0 and any(cell.get("userEnteredValue") for cell in row)
        ],
    }


def _json() -> dict[str, Any]:
    # JSON only: a form on somebody else's page cannot send it without asking the browser first.
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise refused("Send a JSON object.")
    return body
