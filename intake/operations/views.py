"""For machines that watch: is the process alive, and is it ready to take a request?"""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from intake.operations.checks import check_database
from intake.web import house

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database is reachable and its migrations are current; 503 with the reason when not."""
    finding = check_database(house().database)
    status = "not ready" if finding.is_failure else "ready"
    return jsonify(status=status, database=finding.sentence), 503 if finding.is_failure else 200
