"""The guard of the admin's desk: asks before each of its pages who it is, and lets nobody in who is
not named.

Deny by default: a page under /admin/ that does not say who may open it is open to nobody.
"""

import re
from collections.abc import Callable, Collection
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from intake.models import Act, Lead, Role
from intake.staff.access_log import note
from intake.staff.actor import Actor, person_of
from intake.staff.sessions import TOUCH, ActiveSession, standing, touch
from intake.web import clinic, now, reading, transaction

View = TypeVar("View", bound=Callable[..., object])

DESK = "/admin"
KEY = "staff_session"
"""The key in the cookie's session that names the line in the database."""
EVERYBODY = frozenset(Role)
ADMINS = frozenset({Role.ADMIN, Role.OWNER})
READERS = ADMINS | {Role.AUDITOR}
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PLAIN = re.compile(r"[A-Za-z0-9._~/-]*")

csrf = CSRFProtect()


@dataclass(frozen=True)
class Access:
    """Who may use a page, and whether they must have shown just now that it is them."""

    roles: frozenset[Role]
    fresh: bool = False


OPEN: set[str] = set()
"""Endpoints below /admin/ that are there for whoever wants to come in: signing in, and a one-time
link.
"""
OF_LIBRARY: dict[str, Access] = {}
"""Who may use the pages of the login library, by endpoint."""


def allow(roles: Collection[Role], *, fresh: bool = False) -> Callable[[View], View]:
    """Say who may use a view, and whether only just after signing in."""

    def mark(view: View) -> View:
        view.access = Access(frozenset(roles), fresh)  # type: ignore[attr-defined]
        return view

    return mark


def access_of(endpoint: str) -> Access | None:
    """Return who may use *endpoint*; None when nobody was named."""
    found: Access | None = getattr(current_app.view_functions[endpoint], "access", None)
    return found or OF_LIBRARY.get(endpoint)


def person() -> Actor:
    """Return the staff member who uses this page."""
    found: Actor = g.person
    return found


def log_access(
    act: Act,
    what: str,
    leads: Collection[Lead] = (),
    *,
    reason: str = "",
    store: Session | None = None,
) -> None:
    """Put a line into the access log: that this person did *act* with *what* of *leads*, on this
    page.

    To be called before anything is shown; with *store* in the transaction of what is done.
    """
    with nullcontext(store) if store else transaction() as line:
        note(
            line,
            person(),
            act,
            what,
            leads,
            clinic=clinic().key,
            endpoint=request.endpoint or "",
            now=now(),
            reason=reason,
        )


def check_access() -> Response | None:
    """Before each page of the desk: let in, send to sign in, or refuse."""
    if request.path != DESK and not request.path.startswith(f"{DESK}/"):
        return None
    stands = _standing()
    if stands is not None:
        g.standing, g.person, g.staff_session = stands, person_of(stands.member), stands.session
    elif KEY in session:
        session.clear()  # ended: nothing in the cookie counts any more
    if request.endpoint is None:
        return None  # no such page
    is_open = request.endpoint in OPEN
    if stands is None and not is_open:
        return redirect(url_for("security.login", next=_way_back()))
    if request.method not in SAFE:
        _refuse_forged()
    return None if is_open or stands is None else _ask(request.endpoint, stands)


def is_way_back(path: str) -> bool:
    """Return whether *path* may be followed after signing in: a plain path of the desk, which no
    browser reads otherwise.
    """
    inside = path.removeprefix(f"{DESK}/")
    if inside == path or not PLAIN.fullmatch(inside):
        return False
    return all(part.strip(".") for part in inside.rstrip("/").split("/")) if inside else True


def _ask(endpoint: str, stands: ActiveSession) -> Response | None:
    access = access_of(endpoint)
    if access is None or stands.member.role not in access.roles:
        abort(403)
    if access.fresh and not stands.is_fresh(now()):
        return redirect(url_for("security.verify", next=_way_back()))
    return None


def _standing() -> ActiveSession | None:
    key = session.get(KEY)
    if not key:
        return None
    with reading() as store:
        found = standing(store, key, now=now())
    if found and now() - found.session.seen_at >= TOUCH:
        with transaction() as store:
            touch(store, found.session, now=now())
    return found


def _refuse_forged() -> None:
    """A form from another site, by what the browser says of it and by the token in the form (OWASP
    CSRF).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(400)
    csrf.protect()


def _way_back() -> str | None:
    """Return where to go after signing in: a page of the desk, never an address that came from
    outside.
    """
    if request.method in SAFE:
        return request.path
    try:
        came = urlsplit(request.referrer or "").path
    except ValueError:  # "http://[": the header is the sender's to choose
        return None
    return came if is_way_back(came) else None
