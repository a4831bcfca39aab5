"""Tells machines that watch whether the process is ready to take a request. Loaded when somebody
asks (`readiness_app`).
"""

import re
from datetime import timedelta
from functools import partial

from flask import Blueprint, current_app, jsonify
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from intake.ledger.place import ledger_folder
from intake.operations.cached_finding import CachedFinding
from intake.operations.log_checks import check_signed
from intake.operations.queue_check import check_backlog
from intake.operations.restore_checks import check_restore
from intake.operations.store_check import check_store
from intake.web import clinic, installation, now

ADDRESS = re.compile(r"\S+@\S+")  # anybody may ask; whose key it is, is for the doctor to say

REFERENCE = re.compile(r"\b[0-9A-Z]{3}-[0-9A-Z]{4}\b")

KEPT, SIGNED = "intake.operations", "intake.operations.signed"
ALARM = (
    "ALARM: it is not the one that was signed, so nothing is signed or given out; run “intake "
    "doctor”"
)

blueprint = Blueprint("readiness", __name__)


@blueprint.record
def _remember(state: BlueprintSetupState) -> None:
    state.app.extensions[KEPT] = CachedFinding(timedelta(seconds=1))
    state.app.extensions[SIGNED] = CachedFinding(timedelta(seconds=5))


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Return whether the database takes a request at this moment; 503 with the reason when not.

    It is found out by writing, once a second at most. How the queue's delivery stands, and that the
    consent log is not the one that was signed, are told and decide nothing: patients can send their
    requests all the same.
    """
    kept: CachedFinding = current_app.extensions[KEPT]
    finding = kept.finding(partial(check_store, installation().database), installation().clock)
    if finding.is_failure:
        return jsonify(status="not ready", database=finding.sentence), 503
    queue = check_backlog(installation().database, clinic(), now=now())
    signed: CachedFinding = current_app.extensions[SIGNED]
    log = signed.finding(
        partial(check_signed, installation().database, ledger_folder(installation().settings)),
        installation().clock,
    )
    told = {
        "database": finding.sentence,
        "queue": _public(queue.sentence),
        "consent_log": ALARM if log.is_failure else "as signed",
    }
    restore = check_restore(installation().settings, installation().database)
    if restore.is_failure:  # forms are taken all the same
        told["restore"] = restore.sentence
    return jsonify(status="ready", **told), 200


def _public(sentence: str) -> str:
    return REFERENCE.sub("a request", ADDRESS.sub("the service account", sentence))
