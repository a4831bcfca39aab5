"""A person's own account: their sessions, which they can end, and their password."""

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.admin.account.account_view import own_account
from intake.admin.account.forms import PasswordForm
from intake.models import Act
from intake.staff.accounts import account_of, set_password
from intake.staff.guard import EVERYBODY, allow, log_access, person
from intake.staff.login import continue_session_as, counted, hashed, is_password_of, problem_of_new
from intake.staff.sessions import end_all, end_one
from intake.web import clinic, now, reading, transaction

blueprint = Blueprint("account", __name__)


@blueprint.get("/admin/account")
@allow(EVERYBODY)
def page() -> str:
    """Sessions, factors, password."""
    with reading() as store:
        own = own_account(store, _own(), g.staff_session.id, zone=clinic().time_zone, now=now())
    return render_template("staff/account.html", own=own)


@blueprint.post("/admin/account/sessions/end")
@allow(EVERYBODY)
def end_session() -> Response:
    """End one of one's own sessions."""
    number = request.form.get("session", type=int)
    with transaction() as store:
        if number is None or not end_one(store, _own(), number, now=now()):
            abort(404)
    flash("The session is ended.", "info")
    return redirect(url_for("account.page"))


@blueprint.post("/admin/account/sessions/end-others")
@allow(EVERYBODY)
def end_others() -> Response:
    """End all of one's own sessions but this one."""
    with transaction() as store:
        ended = end_all(store, _own(), now=now(), but=g.staff_session.id)
    flash(f"{ended} other session{'' if ended == 1 else 's'} ended.", "info")
    return redirect(url_for("account.page"))


@blueprint.route("/admin/account/password", methods=["GET", "POST"])
@allow(EVERYBODY)
def password() -> str | Response:
    """Choose a new password; every other session ends."""
    form = PasswordForm()
    if form.is_right() and _is_taken(form):
        with transaction() as store:
            named = set_password(
                store, _own(), hashed(form.password.data or ""), keep=g.staff_session.id, now=now()
            )
            log_access(Act.CHANGED, f"account {_own()}: password", store=store)
        continue_session_as(named)
        flash("Your password is changed. Your other sessions are ended.", "info")
        return redirect(url_for("account.page"))
    return render_template("staff/password.html", form=form, email=person().called)


def _is_taken(form: PasswordForm) -> bool:
    """Return whether the password now is right and the new one will do; what is wrong is said at
    the field.
    """
    with reading() as store:
        member = account_of(store, clinic().key, _own())
    with counted("password", member.email) as this:
        this.is_right = is_password_of(member, form.current.data or "")
    problem = problem_of_new(form.password.data or "", member)
    if not this.is_right:
        form.current.errors = ["This is not your password"]
    elif problem:
        form.password.errors = [problem]
    return this.is_right and problem is None


def _own() -> int:
    found: int = g.staff_session.staff_id
    return found
