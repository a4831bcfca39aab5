"""What happens around the library's pages: our session begins and ends, is renewed, and nothing
leads elsewhere.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, abort, g, request, session, url_for
from flask_security import UserMixin
from flask_security.proxies import _datastore
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import set_request_attr
from werkzeug.wrappers import Response

from intake.consent.circumstances import browser_family
from intake.contacts import coarse_network
from intake.models import Act
from intake.staff.access_log import note
from intake.staff.actor import person_of
from intake.staff.guard import KEY, is_way_back
from intake.staff.login.counting import forgive
from intake.staff.sessions import begin, end, may_come_in, renew
from intake.web import clinic, now, transaction

HALF_WAY = timedelta(minutes=10)
"""How long a right password waits for the second factor."""
SINCE = "half_way_since"
SHOWN = "fs_paa"
"""The library's mark in the cookie that the person has just shown who they are."""

log = logging.getLogger(__name__)


def load(identifier: str) -> UserMixin | None:
    """Return who is signed in, for the library: nobody but the owner of a session of ours that
    stands.
    """
    stands = g.get("standing")
    if stands is None or stands.member.fs_uniquifier != identifier:
        return None
    set_request_attr("fs_authn_via", "session")
    # It asks the real clock
    set_request_attr(SHOWN, time.time() - (now() - stands.session.fresh_at).total_seconds())
    account: UserMixin | None = _datastore.find_user(fs_uniquifier=identifier)
    return account


def before() -> None:
    """Before a page of the library: plain forms only, no way out of the desk, no sign-in that was
    left half done.
    """
    if request.is_json:
        abort(415)
    if any(way and not is_way_back(way) for way in request.values.getlist("next")):
        abort(400)
    session.pop(SHOWN, None)
    since = session.get(SINCE)
    if since is not None and now() - datetime.fromisoformat(since) > HALF_WAY:
        tf_clean_session()


def came_in(_: Flask, user: Any, **__: object) -> None:
    """With every factor shown: a session of ours begins, with nothing left of what the cookie held
    before.
    """
    if not may_come_in(user, now()):
        abort(403)
    kept = {name: session[name] for name in ("_user_id", "_fresh") if name in session}
    former = session.get(KEY)
    session.clear()
    g.pop("csrf_token", None)
    with transaction() as store:
        if former:
            end(store, former, now=now())
        key = begin(
            store,
            user,
            browser=browser_family(request.user_agent.string) or "Unknown browser",
            network=coarse_network(request.remote_addr or ""),
            now=now(),
        )
        note(
            store,
            person_of(user),
            Act.SIGNED_IN,
            "admin’s desk",
            clinic=clinic().key,
            endpoint=request.endpoint or "",
            now=now(),
        )
    forgive(user.email)
    session.update(kept)
    session[KEY] = key
    g.came_in = user
    log.info("signed in", extra={"account": user.id})


def failed(_: Flask, user: Any, auth_type: str, **__: object) -> None:
    """A try with an account that there is went wrong."""
    log.warning("sign-in refused", extra={"account": user.id, "factor": auth_type})


def after(response: Response) -> Response:
    """Note in our session what a page of the library did."""
    if "tf_user_id" in session:
        session.setdefault(SINCE, now().isoformat())
    else:
        session.pop(SINCE, None)
    if "came_in" in g:
        if g.came_in.mf_recovery_codes is None and response.location:
            response.location = url_for("security.mf_recovery_codes")
    elif SHOWN in session and KEY in session:
        with transaction() as store:
            renew(store, session[KEY], now=now())
    if KEY in session and "_user_id" not in session:
        _leave(response)
    return response


def _leave(response: Response) -> None:
    """The library has signed the person out."""
    with transaction() as store:
        end(store, session[KEY], now=now())
    session.clear()
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
