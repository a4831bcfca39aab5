"""Each request has an id of ours and one line in the log, which says what was answered and never to whom."""

import logging
import secrets
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from intake.logs import request_id

UNREMARKABLE = frozenset({"static", "callback.colours", "operations.alive", "operations.ready"})

log = logging.getLogger(__name__)


def trace_requests(app: Flask) -> None:
    """Give every request of *app* an id before anything else, and log how it was answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    g.request_id, g.began = secrets.token_hex(6), time.perf_counter()
    request_id.set(g.request_id)


def _end(response: Response) -> Response:
    # By the page's name: addresses can hold the token of a patient's page
    if request.endpoint not in UNREMARKABLE:
        took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
        log.info("answered", extra={
            "page": request.endpoint or "none", "method": request.method, "status": response.status_code, "ms": took,
        })  # fmt: skip
    return response


def _forget(_: BaseException | None) -> None:
    request_id.set("")  # the thread goes on to something else
