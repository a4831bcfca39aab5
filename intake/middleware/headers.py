"""What every answer says to the browser (OWASP ASVS 5 V3.4): nothing from elsewhere, no frame,
nothing is kept.
"""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

A_YEAR = 365 * 24 * 60 * 60
UNUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""Abilities of the browser that no page of ours asks for."""
POLICY = (
    "default-src 'none'; script-src 'nonce-{}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
PERMISSIONS = ", ".join(f"{ability}=()" for ability in UNUSED)
NONCE, REQUEST_ID = "intake.csp_nonce", "intake.request_id"
"""Names in the WSGI environment of values that are drawn for each request."""


class SecurityHeaders:
    """WSGI middleware that adds what does not depend on the page, where it costs an answer next to
    nothing.

    *is_https*: patients reach the site by https, and their browsers shall never again use http.
    What an answer says itself stands: a page that needs less says so.
    """

    def __init__(self, application: "WSGIApplication", *, is_https: bool) -> None:
        self._application = application
        self._always = [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),  # for browsers that do not know frame-ancestors
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", PERMISSIONS),
        ]
        if is_https:
            self._always.append(
                ("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
            )

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer as the application does that is behind."""
        nonce = environ[NONCE] = secrets.token_urlsafe(16)
        request_id = environ[REQUEST_ID] = secrets.token_hex(6)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            said = {name.lower() for name, _ in headers}
            added = [*self._always, ("X-Request-ID", request_id)]
            if "content-security-policy" not in said:
                added.append(("Content-Security-Policy", POLICY.format(nonce)))
            if "referrer-policy" not in said:
                added.append(("Referrer-Policy", "no-referrer"))
            return start_response(status, [*headers, *added], exc_info)

        return self._application(environ, start)
