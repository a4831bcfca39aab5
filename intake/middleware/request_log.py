"""Each request has an id of ours and one line in the log, which says what was answered and never to
whom.
"""

import logging
import time

from flask import Flask, g, request
from werkzeug.wrappers import Response

from intake.logs import request_id
from intake.middleware.headers import REQUEST_ID

UNREMARKABLE = frozenset({"static", "callback.colours", "operations.alive", "readiness.ready"})

log = logging.getLogger(__name__)


def trace_requests(app: Flask) -> None:
    """Give every request of *app* an id before anything else, and log how it was answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    g.began = time.perf_counter()
    request_id.set(request.environ[REQUEST_ID])


def _end(response: Response) -> Response:
    # By the page's name: addresses can hold the token of a patient's page
    if request.endpoint not in UNREMARKABLE:
        log_answer(request.endpoint or "none", request.method, response.status_code, g.get("began"))
    return response


def log_answer(page: str, method: str, status: int, began: float | None) -> None:
    """Write the line of a request; *began* is a reading of the performance counter."""
    took = round((time.perf_counter() - began) * 1000) if began else 0
    log.info("answered", extra={"page": page, "method": method, "status": status, "ms": took})


def _forget(_: BaseException | None) -> None:
    request_id.set("")  # the thread goes on to something else
