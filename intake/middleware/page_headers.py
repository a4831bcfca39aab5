"""What a page says of its address: who may learn it, and whether a search engine or a cache may
keep the page.
"""

from flask import Flask, request
from werkzeug.wrappers import Response

FOR_SEARCH_ENGINES = frozenset(
    {"callback.form", "callback.colours", "lost_link.form", "privacy.page", "static"}
)
"""All that a search engine may keep; every other page is somebody's own, an error, or the
desk's.
"""
SECRETS = frozenset({"token", "code"})
"""Parts of an address that open the page to whoever knows them."""
DESK = "/admin/"


def set_page_headers(app: Flask) -> None:
    """Have every page of *app* say who may learn its address, and whether it may be kept."""

    def add(response: Response) -> Response:
        response.headers["Referrer-Policy"] = _who_may_learn_the_address()
        if request.endpoint not in FOR_SEARCH_ENGINES:
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        if _is_secret():
            response.headers["Cache-Control"] = "no-store"
        elif response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add)


def _is_secret() -> bool:
    """Return whether the address of this page is an authority: it goes to no other page, no search
    engine and no cache.
    """
    return not SECRETS.isdisjoint(request.view_args or ())


def _who_may_learn_the_address() -> str:
    """Return the Referrer-Policy. The desk asks where its own forms came from, to lead back there
    (`staff.guard`).
    """
    return "same-origin" if request.path.startswith(DESK) and not _is_secret() else "no-referrer"
