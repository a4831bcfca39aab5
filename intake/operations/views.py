"""Tells machines that watch whether the process is alive."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")
