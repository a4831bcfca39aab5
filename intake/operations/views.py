"""For machines that watch: is the process alive, and is it ready to take a request?"""

import re

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from intake.operations.checks import check_backlog, check_database
from intake.web import clinic, house, now

ADDRESS = re.compile(r"\S+@\S+")  # anybody may ask; whose key it is, is for the doctor to say

REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{4}\b")

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database is reachable and its migrations are current; 503 with the reason when not.

    How the queue's delivery stands is told and decides nothing: patients can send their requests while Google is away.
    """
    finding = check_database(house().database)
    if finding.is_failure:
        return jsonify(status="not ready", database=finding.sentence), 503
    queue = check_backlog(house().database, clinic(), now=now())
    return jsonify(status="ready", database=finding.sentence, queue=_public(queue.sentence)), 200


def _public(sentence: str) -> str:
    return REFERENCE.sub("a request", ADDRESS.sub("the service account", sentence))
