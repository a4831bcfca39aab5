"""Under which names the application answers: the public address, and this computer's own.

A Host header is the sender's to choose; what is built from it (redirects, links) would lead wherever they like.
"""

import re
from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

from intake.config import is_this_computer

PROBES = frozenset({"operations.alive", "operations.ready"})
"""Asked by machines that watch, by whatever address they know; the answers hold no link."""


def answer_only_as(app: Flask, public_url: str) -> None:
    """Have *app* refuse requests for another host than that of *public_url* and this computer's names."""
    trusted = [urlsplit(public_url).hostname or "localhost"]

    def check() -> None:
        host = request.headers.get("Host")
        if request.endpoint not in PROBES and not host_is_trusted(host, trusted) and not _is_here(host or ""):
            abort(421)

    app.before_request(check)


def _is_here(host: str) -> bool:
    """Whether a Host header names this computer: `localhost:8000`, `127.0.0.1`, `[::1]:8000`."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@]+)(:\d{1,5})?", host)
    return bool(found and is_this_computer(found[1].strip("[]").lower()))
