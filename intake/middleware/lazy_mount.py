"""A part of the site that is loaded when somebody first asks for it: most processes serve patients
only.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class OnDemand:
    """WSGI middleware: requests for *address* and below it go to the application that *make*
    returns, others on.
    """

    def __init__(self, others: "WSGIApplication", address: str, make: Callable[[], Flask]) -> None:
        self._others, self._address, self._make = others, address, make
        self._made: Flask | None = None
        self._lock = Lock()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Let one of the two applications answer."""
        path = environ["PATH_INFO"]
        if path == self._address or path.startswith(f"{self._address}/"):
            return self.app().wsgi_app(environ, start_response)
        return self._others(environ, start_response)

    def app(self) -> Flask:
        """Return the application, made at the first call; requests that come meanwhile wait for
        it.
        """
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
