"""The WSGI application for granian: the body is awaited here, and a thread is taken when it is
there.

The answer is handed back whole as well, so that no thread waits for a client that is slow to read.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from intake.app import LARGEST_BODY
from intake.server.arrival import BrokenOff, TooSlow, whole_body
from intake.server.environ import environ_of
from intake.server.parent import end_with_parent
from intake.server.rsgi import Exchange, Scope

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 16
"""Threads of each process: while one stores a group, others gather for the next. Many wait for a
slow disk at once.
"""
PATIENCE = 20.0
"""Seconds for a body to arrive; a form over the slowest mobile network takes two."""
PLAIN = [("content-type", "text/plain; charset=utf-8"), ("connection", "close")]

log = logging.getLogger(__name__)

Answer = tuple[int, list[tuple[str, str]], bytes]


class Bridge:
    """An application for granian's interface RSGI."""

    def __init__(
        self, app: "WSGIApplication", *, threads: int = THREADS, patience: float = PATIENCE
    ) -> None:
        self._app = app
        self._patience = patience
        self._threads = ThreadPoolExecutor(threads, "request")

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, in a process that ends with the one that started it."""
        end_with_parent(loop)

    async def __rsgi__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        try:
            body = await whole_body(scope, exchange, largest=LARGEST_BODY, patience=self._patience)
        except TooSlow:
            exchange.response_str(
                408, PLAIN, "Your request took too long to arrive. Send it again, or call us.\n"
            )
        except BrokenOff:
            exchange.response_empty(400, [("connection", "close")])  # nobody is there to read it
        else:
            environ = environ_of(scope, body)
            answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._answer, environ
            )
            exchange.response_bytes(*answer)

    def _answer(self, environ: dict[str, Any]) -> Answer:
        """Return what the application answers, in a thread. What the application itself cannot
        answer is a fault of ours.
        """
        try:
            return run(self._app, environ)
        except Exception:
            log.exception("no answer")  # its text is not written (`intake.logs`)
            return (
                500,
                PLAIN,
                b"Something went wrong on our side. Send it again in a moment, or call us.\n",
            )


def run(app: "WSGIApplication", environ: dict[str, Any]) -> Answer:
    """Call a WSGI application, and return status, headers and the whole body."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _: object = None
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return _refuse_to_write

    parts: Iterable[bytes] = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = started[-1]
    return int(status[:3]), [(name.lower(), value) for name, value in headers], body


def _refuse_to_write(_: bytes) -> None:
    raise NotImplementedError("PEP 3333 keeps write() for old applications; ours returns its body")
