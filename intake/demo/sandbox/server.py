"""The sandbox as an HTTP server on this computer only."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from intake.demo.sandbox import api, controls, grid_page, mailbox_page
from intake.demo.sandbox.connection import LocalServer
from intake.demo.sandbox.faults import Fault
from intake.demo.sandbox.problems import (
    GoogleError,
    internal,
    not_shared,
    quota_exceeded,
    token_ran_out,
)
from intake.demo.sandbox.state import open_sandbox, sandbox

OURS = ("127.0.0.1", "localhost")
GOOGLES = ("/v4/", "/v1/", "/token")
REFUSALS: dict[str, Callable[[Fault], GoogleError]] = {
    "401": lambda _: token_ran_out(),
    "403": lambda _: not_shared(),
    "429": lambda fault: quota_exceeded(fault.retry_after),
    "500": lambda _: internal(),
}


def create_app(data: Path, mail: Path | None = None) -> Flask:
    """Return the application over the folder *data*, which shows the mails in *mail*."""
    app = Flask("sandbox", static_folder=None)
    app.extensions["sandbox"] = open_sandbox(data, mail)
    for blueprint in (
        api.blueprint,
        controls.blueprint,
        grid_page.blueprint,
        mailbox_page.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.before_request(_refuse_strangers)
    app.before_request(_strike_before)
    app.after_request(_strike_after)
    app.register_error_handler(GoogleError, _google_error)
    app.register_error_handler(HTTPException, _http_error)
    return app


def listen(data: Path, port: int, mail: Path | None = None) -> LocalServer:
    """Return a server for *data*, already bound; `serve_forever` runs it, several calls at a
    time.
    """
    return LocalServer(create_app(data, mail), port)


def _refuse_strangers() -> Response | None:
    # A page of somebody else's may name this address in the visitor's browser (DNS rebinding,
    # cross-site posts).
    if request.host.rsplit(":", 1)[0] not in OURS:
        return Response("This sandbox answers on this computer only.\n", 421)
    if request.method == "GET":
        return None
    origin = urlsplit(request.headers.get("Origin", request.host_url)).netloc
    if origin != request.host or request.headers.get("Sec-Fetch-Site", "none") not in {
        "same-origin",
        "none",
    }:
        return Response("Not from another site.\n", 403)
    return None


def _strike_before() -> Response | None:
    fault = sandbox().faults.strike(request.path) if request.path.startswith(GOOGLES) else None
    request.environ["sandbox.fault"] = fault
    if fault is None:
        return None
    if fault.kind == "latency":
        time.sleep(fault.seconds)
    if fault.kind == "drop_before":
        return _broken()
    if fault.kind in REFUSALS:
        raise REFUSALS[fault.kind](fault)
    return None


def _strike_after(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    fault: Fault | None = request.environ.get("sandbox.fault")
    if fault and response.status_code == 200:  # noqa: PLR2004
        if fault.kind == "500_after":
            response = _google_error(internal())
        elif fault.kind == "lost_answer":
            response = _broken()
    if request.path.startswith(GOOGLES):
        status = None if request.environ.get("sandbox.broken") else response.status_code
        applied = bool(request.environ.get("sandbox.applied"))
        sandbox().note(request.method, request.path, status, applied=applied)
    # Only now, so that the client's next call is noted after this one
    if request.environ.get("sandbox.broken"):
        connection: socket.socket = request.environ["werkzeug.socket"]
        connection.shutdown(socket.SHUT_RDWR)  # what is written from here on reaches nobody
    return response


def _broken() -> Response:
    request.environ["sandbox.broken"] = True
    return Response("", 500)


def _google_error(error: GoogleError) -> Response:
    response = jsonify(error.body())
    response.status_code = error.code
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    return _google_error(GoogleError(code, error.name))
