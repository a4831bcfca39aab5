"""After a new password: from a one-time link on to the second factor, or on where it was
changed.
"""

from typing import cast

from flask import g, session
from flask_security import UserMixin
from flask_security.proxies import _datastore, _security
from werkzeug.wrappers import Response

from intake.models import StaffMember
from intake.staff.guard import KEY
from intake.staff.login.session_events import SINCE
from intake.staff.sessions import end
from intake.web import now, transaction


def go_on_to_second_factor(member: StaffMember) -> Response:
    """Ask *member* for the second factor, or to set one up: a sign-in that is half done, as after
    the sign-in page.

    Whoever else was signed in in this browser is out.
    """
    former = session.get(KEY)
    if former:
        with transaction() as store:
            end(store, former, now=now())
    session.clear()
    g.pop("csrf_token", None)
    account = cast("UserMixin", _datastore.find_user(id=member.id))
    answer = _security.two_factor_plugins.tf_enter(account, False, "link", next_loc=None)
    session[SINCE] = now().isoformat()
    return cast("Response", answer)


def continue_session_as(identifier: str) -> None:
    """Have this browser's session name the account by its new identifier; what names it by the
    former one is over.
    """
    session["_user_id"] = identifier
