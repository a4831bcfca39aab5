"""The sandbox as an HTTP server on this computer only."""

import socket
import time
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from intake.sandbox import api, grid_page
from intake.sandbox.faults import QUOTA, Fault
from intake.sandbox.problems import GoogleError
from intake.sandbox.state import open_sandbox

HOST = "127.0.0.1"
OURS = ("127.0.0.1", "localhost")
LARGEST_BODY = 10 * 1024 * 1024
GOOGLES = ("/v4/", "/v1/", "/token")


def create_app(data: Path) -> Flask:
    """The application over the folder *data*."""
    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.extensions["sandbox"] = open_sandbox(data)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(grid_page.blueprint)
    app.before_request(_refuse_strangers)
    app.before_request(_strike_before)
    app.after_request(_strike_after)
    app.register_error_handler(GoogleError, _google_error)
    app.register_error_handler(HTTPException, _http_error)
    return app


def listen(data: Path, port: int) -> BaseWSGIServer:
    """A server for *data*, already bound; `serve_forever` runs it, several calls at a time."""
    return make_server(HOST, port, create_app(data), threaded=True, request_handler=_Quiet)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (werkzeug's name)
        """Say nothing: a path may tell what it should not, and the call list is there for tests."""


def _refuse_strangers() -> Response | None:
    # A page of somebody else's may name this address in the visitor's browser (DNS rebinding, cross-site posts).
    if request.host.rsplit(":", 1)[0] not in OURS:
        return Response("This sandbox answers on this computer only.\n", 421)
    if request.method != "GET" and request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return Response("Not from another site.\n", 403)
    return None


def _strike_before() -> Response | None:
    fault = api.sandbox().faults.strike(request.path) if request.path.startswith(GOOGLES) else None
    request.environ["sandbox.fault"] = fault
    if fault is None:
        return None
    if fault.kind == "latency":
        time.sleep(fault.seconds)
    if fault.kind == "drop_before":
        return _broken()
    if fault.kind == "429":
        raise GoogleError(429, QUOTA, retry_after=fault.retry_after)
    if fault.kind == "500":
        raise GoogleError(500, "Internal error encountered.")
    return None


def _strike_after(response: Response) -> Response:
    fault: Fault | None = request.environ.get("sandbox.fault")
    if fault and response.status_code == 200:  # noqa: PLR2004
        if fault.kind == "500_after":
            response = jsonify(GoogleError(500, "Internal error encountered.").body())
            response.status_code = 500
        elif fault.kind == "lost_answer":
            response = _broken()
    if request.path.startswith(GOOGLES):
        broken = response.headers.get("Connection") == "broken"
        api.sandbox().note(request.method, request.path, None if broken else response.status_code)
    return response


def _broken() -> Response:
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)  # what is written from here on reaches nobody
    return Response("", 500, headers={"Connection": "broken"})


def _google_error(error: GoogleError) -> Response:
    response = jsonify(error.body())
    response.status_code = error.code
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    code = error.code or 500
    response = jsonify(error={"code": code, "message": error.name, "status": error.name.upper().replace(" ", "_")})
    response.status_code = code
    return response
