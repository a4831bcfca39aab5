"""What tests and the grid page can do to a running sandbox: act as staff, make it fail, count
calls.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from intake.demo.sandbox import staff
from intake.demo.sandbox.problems import refused
from intake.demo.sandbox.state import sandbox

blueprint = Blueprint("controls", __name__, url_prefix="/sandbox")


@blueprint.post("/staff")
def staff_action() -> Response:
    """Something that a person does in the sheet."""
    body = _json()
    sandbox().workbook.change(lambda draft: staff.act(draft, body))
    return jsonify(version=sandbox().news.version)


@blueprint.get("/faults")
def faults() -> Response:
    """Return what is armed."""
    return jsonify(faults=sandbox().faults.listed())


@blueprint.post("/faults")
def arm() -> Response:
    """Arm a fault."""
    sandbox().faults.arm(_json())
    return faults()


@blueprint.delete("/faults")
def disarm() -> Response:
    """Disarm all."""
    sandbox().faults.clear()
    return faults()


@blueprint.get("/requests")
def calls() -> Response:
    """Google's calls since the start, so that they can be counted."""
    return jsonify(requests=sandbox().calls)


@blueprint.delete("/requests")
def forget_calls() -> Response:
    """Count anew."""
    sandbox().calls.clear()
    return calls()


def _json() -> dict[str, Any]:
    # JSON only: a form on somebody else's page cannot send it without asking the browser first.
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise refused("Send a JSON object.")
    return body
