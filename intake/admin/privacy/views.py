"""The privacy room: find a request, look at it, lock it, correct it, give the person what is
held.
"""

import json
from collections.abc import Callable

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from intake.admin.form import TidyForm
from intake.admin.privacy.forms import CorrectForm, FindForm, PrivacyReasonForm
from intake.admin.privacy.overview import overview
from intake.admin.privacy.person_page import person_page
from intake.admin.privacy.sections import sections
from intake.models import Act
from intake.privacy.correct import correct
from intake.privacy.find import NotDone, request_of, standing_request
from intake.privacy.person import person_export
from intake.privacy.restrict import release, restrict
from intake.staff.guard import ADMINS, READERS, allow, log_access, person
from intake.web import clinic, installation, now, reading, transaction

blueprint = Blueprint("privacy_desk", __name__, url_prefix="/admin/privacy")
Page = str | tuple[str, int] | Answer
WRONG = 422


@blueprint.get("")
@allow(READERS)
def page() -> str:
    """Find a request; what is locked, and who was erased."""
    return _overview(FindForm())


@blueprint.post("")
@allow(READERS)
def find() -> Page:
    """To the page of the request with this reference."""
    form = FindForm()
    if form.is_right():
        try:
            with reading() as session:
                ref = request_of(session, form.ref.data or "", clinic().key).ref
            return redirect(url_for("privacy_desk.person", ref=ref), 303)
        except NotDone as error:
            form.refuse("ref", str(error))
    return _overview(form), WRONG


@blueprint.get("/<ref>", endpoint="person")
@allow(READERS)
def show(ref: str) -> str:
    """One request: its state; and what it says to whoever may see that."""
    return _person(ref)


@blueprint.post("/<ref>/open")
@allow(ADMINS)
def opened(ref: str) -> Page:
    """Look into a locked record, with a reason."""
    form = PrivacyReasonForm(prefix="open-")
    if not form.is_right():
        return _person(ref, form=form, opening=form), WRONG
    return _person(ref, reason=form.reason.data or "")


@blueprint.post("/<ref>/restrict")
@allow(ADMINS)
def locked(ref: str) -> Page:
    """Lock the record, with a reason."""
    return _lock(ref, restrict, "Locked: it leaves the queue and the sheet.")


@blueprint.post("/<ref>/release")
@allow(ADMINS)
def released(ref: str) -> Page:
    """End the lock, with a reason."""
    return _lock(ref, release, "Released: it comes back to the queue.")


@blueprint.post("/<ref>/correct")
@allow(ADMINS)
def corrected(ref: str) -> Page:
    """Correct a field, with the reason."""
    form = CorrectForm(prefix="correct-")
    if form.is_right():
        try:
            with transaction() as session:
                correct(
                    session,
                    standing_request(session, ref, clinic().key),
                    form.field.data or "",
                    form.value.data or "",
                    person(),
                    reason=form.reason.data or "",
                    address_key=installation().settings.address_key(),
                    endpoint=request.endpoint or "",
                    now=now(),
                )
            flash("Corrected. The row in the sheet follows when it is read next.")
            return redirect(url_for("privacy_desk.person", ref=ref), 303)
        except NotDone as error:
            form.refuse("value", str(error))
    why = "" if form.reason.errors else form.reason.data or ""
    return _person(ref, reason=why, form=form, correcting=form), WRONG


@blueprint.post("/<ref>/export")
@allow(ADMINS, fresh=True)
def export(ref: str) -> Page:
    """Everything held about the request, as a page or as JSON, for the person who asked to see
    it.
    """
    form = PrivacyReasonForm(prefix="export-")
    if not form.is_right():
        return _person(ref, form=form, exporting=form), WRONG
    with transaction() as session:
        lead = request_of(session, ref, clinic().key)
        log_access(
            Act.EXPORTED, "everything held", [lead], reason=form.reason.data or "", store=session
        )
        session.flush()
        held = person_export(session, lead, now=now())
    if request.form.get("as") != "json":
        return render_template("admin/privacy/held.html", ref=lead.ref, sections=sections(held))
    text = json.dumps(held, ensure_ascii=False, indent=2) + "\n"
    headers = {
        "Content-Disposition": f'attachment; filename="held-{lead.ref}.json"',
        "Cache-Control": "no-store",
    }
    return Response(text, mimetype="application/json", headers=headers)


@blueprint.errorhandler(NotDone)
def not_done(error: NotDone) -> Answer:
    """There is no such request, or somebody else was quicker: say so, where requests are looked
    for.
    """
    flash(str(error), "error")
    return redirect(url_for("privacy_desk.page"), 303)


def _overview(form: FindForm) -> str:
    with reading() as session:
        shown = overview(session, clinic())
    if shown.restricted:
        log_access(Act.LISTED, "references of locked records", shown.restricted)
    return render_template("admin/privacy/page.html", shown=shown, form=form)


def _lock(ref: str, rule: Callable[..., None], said: str) -> Page:
    form = PrivacyReasonForm(prefix="lock-")
    if not form.is_right():
        return _person(ref, form=form, locking=form), WRONG
    with transaction() as session:
        lead = standing_request(session, ref, clinic().key)
        rule(
            session,
            lead,
            person(),
            reason=form.reason.data or "",
            endpoint=request.endpoint or "",
            now=now(),
        )
    flash(said)
    return redirect(url_for("privacy_desk.person", ref=ref), 303)


def _person(ref: str, *, reason: str = "", form: TidyForm | None = None, **forms: TidyForm) -> str:
    """Return the page of *ref*, once the access log says so; what a locked one holds is shown for a
    *reason* alone.
    """
    with reading() as session:
        found = person_page(session, clinic(), ref, person(), opened=bool(reason))
    log_access(
        found.act, found.what, [found.lead], reason=reason if found.act is Act.OPENED else ""
    )
    ours = {
        "opening": PrivacyReasonForm(prefix="open-"),
        "locking": PrivacyReasonForm(prefix="lock-"),
        "exporting": PrivacyReasonForm(prefix="export-"),
        "correcting": CorrectForm(prefix="correct-"),
    }
    absent = forms.get("correcting" if found.hides_forms else "opening")
    # The base page speaks of errors where there is a form of that name
    told = {"form": form} if form is not absent else {}
    return render_template("admin/privacy/person.html", shown=found, **(ours | forms | told))
