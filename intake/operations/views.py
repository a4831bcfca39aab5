"""For machines that watch: is the process alive?"""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")
