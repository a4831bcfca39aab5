"""What every answer says to the browser (OWASP ASVS 5 V3.4): nothing from elsewhere, no frame, nothing is kept."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response

A_YEAR = 365 * 24 * 60 * 60
UNUSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation",
    "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
"""Abilities of the browser that no page of ours asks for."""
FOR_SEARCH_ENGINES = frozenset({"callback.form", "callback.colours", "lost_link.form", "privacy.page", "static"})
"""All that a search engine may keep; every other page is somebody's own, an error, or the desk's."""
SECRETS = frozenset({"token", "code"})
"""Parts of an address that open the page to whoever knows them."""
DESK = "/admin/"
PERMISSIONS = ", ".join(f"{ability}=()" for ability in UNUSED)


def set_headers(app: Flask, *, is_https: bool) -> None:
    """Have every answer of *app* carry them; *is_https*: patients reach it by https, and shall never again without."""

    def add(response: Response) -> Response:
        nonce = g.get("csp_nonce", "")
        headers = response.headers
        headers.setdefault(  # a page that needs less says so itself
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; img-src 'self'; "
            "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        )
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
        headers["Referrer-Policy"] = _who_may_learn_the_address()
        if request.endpoint not in FOR_SEARCH_ENGINES:
            headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = PERMISSIONS
        headers["X-Request-ID"] = g.get("request_id", "")
        if is_https:
            headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
        if _is_secret():
            headers["Cache-Control"] = "no-store"
        elif response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response

    app.before_request(_draw_nonce)
    app.after_request(add)


def _is_secret() -> bool:
    """Whether the address of this page is an authority: it goes to no other page, no search engine and no cache."""
    return not SECRETS.isdisjoint(request.view_args or ())


def _who_may_learn_the_address() -> str:
    """The Referrer-Policy. The desk asks where its own forms came from, to lead back there (`staff.guard`)."""
    return "same-origin" if request.path.startswith(DESK) and not _is_secret() else "no-referrer"


def _draw_nonce() -> None:
    g.csp_nonce = secrets.token_urlsafe(16)
