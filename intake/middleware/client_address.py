"""The address of whoever sent a request, told once for all that count or record it.

The server knows the other end of its connection. Behind proxies that is the nearest of them, and
the sender is what the outermost trusted one wrote into X-Forwarded-For. Where nothing readable
stands there, the sender is not known (""): the proxy's own address would be one key that all
patients share, and false evidence.
"""

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from intake.contacts import plain_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

UNKNOWN = "senders are not known: check X-Forwarded-For and INTAKE_TRUSTED_PROXIES"

log = logging.getLogger(__name__)


class SenderAddress:
    """WSGI middleware that puts the sender's address into REMOTE_ADDR, in its canonical spelling or
    as "".
    """

    def __init__(self, app: "WSGIApplication", *, proxies: int) -> None:
        self._app = app
        self._proxies = proxies
        self._has_warned = False

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does that is behind."""
        if self._proxies:
            sender = _told_by_proxies(environ.get("HTTP_X_FORWARDED_FOR", ""), self._proxies)
            # Whoever only watches us comes past the proxy
            if not sender and environ.get("REQUEST_METHOD") == "POST":
                self._warn_once()
        else:
            sender = plain_address(environ.get("REMOTE_ADDR", ""))
        environ["REMOTE_ADDR"] = sender
        return self._app(environ, start_response)

    def _warn_once(self) -> None:
        """It is a setting that is wrong, here or in the proxy: the same for every request."""
        if not self._has_warned:
            self._has_warned = True
            log.warning(UNKNOWN, extra={"proxies": self._proxies})


def _told_by_proxies(header: str, proxies: int) -> str:
    """Return what the outermost of so many *proxies* wrote: each adds to the end from whom it got
    the request.
    """
    hops = header.split(",")
    return plain_address(hops[-proxies]) if len(hops) >= proxies else ""
