"""Who may come in: owners add people, say what they may do, end accounts and hand out new links."""

from collections.abc import Callable
from functools import partial

from flask import (
    Blueprint,
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from intake.admin.staff.forms import AddForm, ChangeForm
from intake.admin.staff.members import colleagues
from intake.models import Role, StaffMember
from intake.staff.accounts import (
    NotChanged,
    StaffAction,
    account_of,
    add_account,
    change_role,
    end_account,
    end_of,
    reopen_account,
    reset_account,
)
from intake.staff.guard import allow, person
from intake.staff.login import link_of
from intake.web import clinic, now, reading, transaction

OWNERS = frozenset({Role.OWNER})
REFUSED = 422

blueprint = Blueprint("staff", __name__)


@blueprint.get("/admin/staff")
@allow(OWNERS)
def page() -> str:
    """Every account, and a form for one more."""
    return _shown(AddForm())


@blueprint.post("/admin/staff/add")
@allow(OWNERS, fresh=True)
def add() -> Response | tuple[str, int]:
    """Make an account and show its one-time link, this once."""
    form = AddForm()
    if form.is_right():
        last_day = form.until.data
        try:
            with transaction() as store:
                member, token = add_account(
                    store,
                    clinic().key,
                    email=form.email.data or "",
                    name=form.name.data or "",
                    role=Role(form.role.data),
                    by=_by(),
                    until=end_of(last_day, clinic().time_zone) if last_day else None,
                )
            return _link(member, token)
        except NotChanged as problem:
            form.email.errors = [str(problem)]
    return _shown(form), REFUSED


@blueprint.post("/admin/staff/<int:number>/role")
@allow(OWNERS, fresh=True)
def role(number: int) -> Response:
    """Say what somebody may do from now on."""
    form = ChangeForm()
    if not form.is_right():
        abort(400)
    return _changed(number, partial(change_role, role=Role(form.role.data)))


@blueprint.post("/admin/staff/<int:number>/end")
@allow(OWNERS, fresh=True)
def end(number: int) -> Response:
    """End an account; who is in is out at once."""
    return _changed(number, end_account)


@blueprint.post("/admin/staff/<int:number>/reopen")
@allow(OWNERS, fresh=True)
def reopen(number: int) -> Response:
    """Let somebody in again."""
    return _changed(number, reopen_account)


@blueprint.post("/admin/staff/<int:number>/reset")
@allow(OWNERS, fresh=True)
def reset(number: int) -> Response:
    """Take the password back, and the second factor where asked; show the new link, this once."""
    return _changed(
        number, partial(reset_account, second_factor=bool(request.form.get("second_factor")))
    )


def _changed(number: int, change: Callable[..., str | None]) -> Response:
    """Make the *change*, then show the link that came of it, or the list with what stood in the
    way.
    """
    try:
        with transaction() as store:
            member = account_of(store, clinic().key, number)
            token = change(store, member, by=_by())
    except NotChanged as problem:
        flash(str(problem), "error")
        return redirect(url_for("staff.page"))
    if token:
        return _link(member, token)
    flash(
        f"{member.name}: {member.role.replace('_', ' ')}, "
        f"{'may come in' if member.active else 'ended'}."
    )
    return redirect(url_for("staff.page"))


def _by() -> StaffAction:
    return StaffAction(person(), request.endpoint or "", now())


def _shown(form: AddForm) -> str:
    with reading() as store:
        people = colleagues(
            store, clinic().key, g.staff_session.staff_id, zone=clinic().time_zone, now=now()
        )
    return render_template(
        "staff/people.html", form=form, people=people, roles=ChangeForm().role.choices
    )


def _link(member: StaffMember, token: str) -> Response:
    return make_response(render_template("staff/link.html", member=member, link=link_of(token)))
