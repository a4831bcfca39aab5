"""Under which names the application answers: the public address, and this computer's own.

A Host header is the sender's to choose; what is built from it (redirects, links) would lead
wherever they like.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

from intake.config import is_this_computer

PROBES = frozenset({"operations.alive", "readiness.ready"})
"""Asked by machines that watch, by whatever address they know; the answers hold no link."""


def answer_only_as(app: Flask, is_ours: Callable[[str], bool]) -> None:
    """Have *app* refuse requests for another host than ours."""

    def check() -> None:
        if not is_ours(request.environ.get("HTTP_HOST", "")) and request.endpoint not in PROBES:
            abort(421)

    app.before_request(check)


def our_hosts(public_url: str) -> Callable[[str], bool]:
    """Return the check whether a Host header names that of *public_url* or this computer."""
    trusted = [urlsplit(public_url).hostname or "localhost"]

    @lru_cache(256)
    def is_ours(host: str) -> bool:
        return host_is_trusted(host, trusted) or _is_here(host)

    return is_ours


def _is_here(host: str) -> bool:
    """Return whether a Host header names this computer: `localhost:8000`, `127.0.0.1`,
    `[::1]:8000`.
    """
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@]+)(:\d{1,5})?", host)
    return bool(found and is_this_computer(found[1].strip("[]").lower()))
