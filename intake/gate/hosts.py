"""Under which names the application answers: the public address, and this computer's own.

A Host header is the sender's to choose; what is built from it (redirects, links) would lead wherever they like.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from werkzeug.sansio.utils import host_is_trusted

THIS_COMPUTER = ("localhost", "127.0.0.1")
PROBES = frozenset({"operations.alive", "operations.ready"})
"""Asked by machines that watch, by whatever address they know; the answers hold no link."""


def answer_only_as(app: Flask, public_url: str) -> None:
    """Have *app* refuse requests for another host than that of *public_url* and this computer's names."""
    trusted = [*THIS_COMPUTER, urlsplit(public_url).hostname or THIS_COMPUTER[0]]

    def check() -> None:
        if request.endpoint not in PROBES and not host_is_trusted(request.headers.get("Host"), trusted):
            abort(421)

    app.before_request(check)
