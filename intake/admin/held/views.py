"""What looks like a machine's: a real patient among it is put into the queue with one press."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake.admin.held.held_requests import held
from intake.callback.abuse import held_request, release
from intake.models import Act, Role
from intake.reference import read_reference
from intake.staff.guard import ADMINS, EVERYBODY, allow, log_access, person
from intake.web import clinic, now, reading, transaction

blueprint = Blueprint("held", __name__)


@blueprint.get("/admin/held")
@allow(EVERYBODY)
def page() -> str:
    """Return what waits for somebody to look at it."""
    with reading() as store:
        shown = held(store, clinic(), named=not person().reads_only)
    log_access(Act.LISTED, "requests held back", [line.lead for line in shown])
    return render_template("admin/held/page.html", shown=shown)


@blueprint.post("/admin/held/<ref>")
@allow(ADMINS | {Role.FRONT_DESK})
def let_go(ref: str) -> Response:
    """Put one into the queue."""
    with transaction() as store:
        lead = held_request(store, clinic().key, read_reference(ref) or "") or abort(404)
        release(store, lead, now=now())
        log_access(Act.RELEASED, "request held back: put into the queue", [lead], store=store)
    flash(f"{lead.ref} is in the queue now.")
    return redirect(url_for("held.page"))
