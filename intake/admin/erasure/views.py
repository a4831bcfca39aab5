"""Erase a person: only just after signing in, and after saying twice which request is meant."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from intake.admin.erasure.forms import EraseForm
from intake.admin.privacy.person_page import PersonPage, person_page
from intake.models import Act
from intake.privacy.certificate import Certificate, certificate
from intake.privacy.erase import Ground, erase
from intake.privacy.find import NotDone, request_of
from intake.privacy.scrub import scrub
from intake.staff.guard import ADMINS, READERS, allow, log_access, person
from intake.web import clinic, installation, now, reading, transaction

blueprint = Blueprint("erasure", __name__, url_prefix="/admin/privacy")
WRONG = 422


@blueprint.get("/<ref>/erase")
@allow(ADMINS, fresh=True)
def page(ref: str) -> str:
    """Return what erasing means, and the form that asks again."""
    return _page(_state(ref), EraseForm())


@blueprint.post("/<ref>/erase")
@allow(ADMINS, fresh=True)
def erased(ref: str) -> tuple[str, int] | Answer:
    """Erase, then rewrite the database's files; to the certificate."""
    state, form = _state(ref), EraseForm()
    if not form.confirms(state.ref):
        return _page(state, form), WRONG
    with transaction() as session:
        lead = request_of(session, ref, clinic().key, lock=True)
        erase(
            session, lead, person(), ground=Ground.ASKED, endpoint=request.endpoint or "", now=now()
        )
    done = scrub(installation().database)
    flash(
        f"The person behind {state.ref} was erased. {done.sentence}", "" if done.done else "error"
    )
    return redirect(url_for("erasure.paper", ref=state.ref), 303)


@blueprint.get("/<ref>/certificate")
@allow(READERS)
def paper(ref: str) -> str:
    """The certificate, to be printed and given to the person."""
    return render_template("admin/erasure/certificate.html", certificate=_certificate(ref))


@blueprint.get("/<ref>/certificate.json")
@allow(READERS)
def paper_json(ref: str) -> Response:
    """The certificate as JSON, for machines."""
    found = _certificate(ref)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n"
    name = f'attachment; filename="erasure-{found.ref}.json"'
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


@blueprint.errorhandler(NotDone)
def not_done(error: NotDone) -> Answer:
    """There is no such request or certificate."""
    flash(str(error), "error")
    return redirect(url_for("privacy_desk.page"), 303)


def _state(ref: str) -> PersonPage:
    """Return the request's state, without the person's data. Raises `NotDone` when it was erased
    before.
    """
    with reading() as session:
        state = person_page(session, clinic(), ref, person(), opened=False)
    if state.erased_at:
        raise NotDone(f"{state.ref} was erased before; its certificate is on its page.")
    return state


def _page(state: PersonPage, form: EraseForm) -> str:
    log_access(Act.VIEWED, "state of the record", [state.lead])
    days = clinic().retention.backup_days
    return render_template("admin/erasure/page.html", shown=state, form=form, backup_days=days)


def _certificate(ref: str) -> Certificate:
    with reading() as session:
        lead = request_of(session, ref, clinic().key)
        found = certificate(session, lead, clinic())
    if found is None:
        raise NotDone(f"{lead.ref} was not erased; there is no certificate.")
    log_access(Act.VIEWED, "certificate of erasure", [lead])
    return found
