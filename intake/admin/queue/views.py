"""The queue, and one request of it. Nothing of a status is written here: that column is the
staff's, in the sheet.
"""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.admin.queue.forms import ReopenForm
from intake.admin.queue.hidden import hidden_request
from intake.admin.queue.listing import listing
from intake.admin.queue.reopening import reopen_from_desk
from intake.admin.queue.request import RequestPage, request_of
from intake.callback.abuse import count_held, count_held_in_bursts
from intake.models import Act, Role
from intake.reference import read_reference
from intake.sheet.queue.reopen import NotReopened
from intake.staff.guard import ADMINS, EVERYBODY, READERS, allow, log_access, person
from intake.web import clinic, now, reading, transaction

CALLERS = ADMINS | {Role.FRONT_DESK}
NOT_NOW = 409

blueprint = Blueprint("queue", __name__)


@blueprint.get("/admin/queue")
@allow(EVERYBODY)
def page() -> str:
    """Return who still has to be called, in calling order."""
    after = read_reference(request.args.get("after", ""))
    with reading() as store:
        shown = listing(store, clinic(), after=after, named=not person().reads_only, now=now())
        held, in_bursts = count_held(store, clinic().key), count_held_in_bursts(store, clinic().key)
    log_access(Act.LISTED, "queue", shown.leads)
    return render_template(
        "admin/queue/page.html", shown=shown, after=after, held=held, in_bursts=in_bursts
    )


@blueprint.get("/admin/queue/<ref>", endpoint="request")
@allow(EVERYBODY)
def show(ref: str) -> str:
    """Return what the desk needs to call, and what was done so far."""
    found = _found(ref)
    return _page(found, ReopenForm()) if found else _hidden(ref)


@blueprint.post("/admin/queue/<ref>")
@allow(CALLERS)
def reopen(ref: str) -> Response | str | tuple[str, int]:
    """Have a closed request called again, with the reason."""
    form, found = ReopenForm(), _found(ref)
    if found is None:
        return _hidden(ref), NOT_NOW
    if not form.is_right():
        return _page(found, form)
    try:
        with transaction() as store:
            said = reopen_from_desk(
                store, clinic(), found.line.ref, lifts_ban=person().role in ADMINS, now=now()
            )
            reason = form.reason.data or ""
            log_access(
                Act.CHANGED, "request: opened again", [found.lead], reason=reason, store=store
            )
    except NotReopened as problem:
        flash(str(problem), "error")
    else:
        flash(said)
    return redirect(url_for("queue.request", ref=found.line.ref))


def _found(ref: str) -> RequestPage | None:
    with reading() as store:
        return request_of(
            store, clinic(), read_reference(ref) or "", named=not person().reads_only, now=now()
        )


def _hidden(ref: str) -> str:
    """Return how a request stands that the queue does not show."""
    with reading() as store:
        found = hidden_request(store, clinic(), read_reference(ref) or "") or abort(404)
    log_access(Act.VIEWED, "state of the record", [found.lead])
    role = person().role
    return render_template(
        "admin/queue/hidden.html", found=found, changes=role in ADMINS, reads=role in READERS
    )


def _page(found: RequestPage, form: ReopenForm) -> str:
    log_access(Act.VIEWED, "request and call log", [found.lead])
    can_reopen = found.can_reopen and person().role in (ADMINS if found.is_forbidden else CALLERS)
    return render_template(
        "admin/queue/request.html", found=found, line=found.line, form=form, can_reopen=can_reopen
    )
