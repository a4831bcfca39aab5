"""For machines that watch: is the process alive, and is it ready to take a request?"""

import re
from datetime import timedelta
from functools import partial

from flask import Blueprint, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from intake.operations.checks import check_backlog
from intake.operations.kept import Kept
from intake.operations.store_check import check_store
from intake.web import clinic, house, now

ADDRESS = re.compile(r"\S+@\S+")  # anybody may ask; whose key it is, is for the doctor to say

REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{4}\b")

KEPT = "intake.operations"

blueprint = Blueprint("operations", __name__)


@blueprint.record
def _remember(state: BlueprintSetupState) -> None:
    state.app.extensions[KEPT] = Kept(timedelta(seconds=1))


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether the database takes a request at this moment; 503 with the reason when not.

    It is found out by writing, once a second at most. How the queue's delivery stands is told and decides nothing:
    patients can send their requests while Google is away.
    """
    kept: Kept = current_app.extensions[KEPT]
    finding = kept.finding(partial(check_store, house().database), house().clock)
    if finding.is_failure:
        return jsonify(status="not ready", database=finding.sentence), 503
    queue = check_backlog(house().database, clinic(), now=now())
    return jsonify(status="ready", database=finding.sentence, queue=_public(queue.sentence)), 200


def _public(sentence: str) -> str:
    return REFERENCE.sub("a request", ADDRESS.sub("the service account", sentence))
