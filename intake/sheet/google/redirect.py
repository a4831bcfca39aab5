"""Send the calls of a session elsewhere than to Google: how a key of the sandbox leads to the
sandbox.

A key file of the sandbox says where it is valid (`sheets_endpoint`), as every key file says where
its tokens come from. Only this computer is accepted, so that no key file can lead patients' names
to a stranger.
"""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

from intake.sheet.errors import CredentialsRefused


class _Redirect(HTTPAdapter):
    """Keeps path and query, replaces scheme and host."""

    # google-auth copies sessions for its background thread, and a copy keeps only what is named
    # here
    __attrs__ = HTTPAdapter.__attrs__ + ["endpoint"]  # noqa: RUF005  (as requests declares it)

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        super().__init__()

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        there, asked = urlsplit(self.endpoint), urlsplit(request.url or "")
        request.url = urlunsplit(
            (there.scheme, there.netloc, str(asked.path), str(asked.query), "")
        )
        return super().send(request, *args, **kwargs)


def answer_from(session: requests.Session, endpoint: str) -> None:
    """Have every https call of *session* answered by *endpoint*, an http address of this
    computer.
    """
    host = urlsplit(endpoint).hostname or ""
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise CredentialsRefused(
            "INTAKE_GOOGLE_CREDENTIALS: sheets_endpoint must be an address of this computer."
        )
    session.mount("https://", _Redirect(endpoint))
    session.trust_env = False  # no proxy stands between this computer and itself
