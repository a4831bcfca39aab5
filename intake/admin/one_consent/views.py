"""The consent of one request: its timeline, revealed or opened with a reason, and what may be taken
along.

Part of the room “consents”. A reveal lasts for one page: the answer to the form is the page with
everything on it, and nothing is remembered. So each look has its own line in the access log, with
its own reason.
"""

from collections.abc import Sequence
from tempfile import TemporaryFile

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from intake.admin.consents.forms import KANTARA, PACK, RECEIPT, TIMELINE, PersonExportForm
from intake.admin.consents.person_files import (
    NoReceipt,
    proof_text,
    receipt_text,
    timeline_text,
    write_evidence,
)
from intake.admin.consents.timeline import find_requests, timeline
from intake.admin.consents.views import blueprint
from intake.admin.exports.forms import ExportReasonForm
from intake.admin.exports.stream import attached
from intake.admin.moments import shown_by
from intake.consent.evidence_checks import NothingSealed
from intake.ledger.keys import known_keys
from intake.ledger.order import require_order
from intake.ledger.place import ledger_folder
from intake.ledger.proofs import NoSuchProof
from intake.ledger.seal import NotSealed
from intake.models import Act, Lead
from intake.reference import read_reference
from intake.staff.guard import READERS, allow, log_access, person
from intake.web import clinic, installation, now, reading, transaction

__all__ = ["blueprint"]

WHAT = {TIMELINE: "consent timeline", RECEIPT: "consent receipt", KANTARA: "consent receipt"}
"""The kinds of file in the words of the access log."""


@blueprint.get("/admin/consents/<ref>", endpoint="person")
@allow(READERS)
def show(ref: str) -> str:
    """Return what was asked and answered. A locked record says that it is locked, and no more."""
    leads = _found(ref)
    return (
        _looked_at(leads)
        if leads[0].restricted_at is None
        else _locked(leads[0], ExportReasonForm())
    )


@blueprint.post("/admin/consents/<ref>")
@allow(READERS)
def reveal(ref: str) -> Response | str:
    """Show the page with everything on it, for a reason: to an auditor, and to everybody where the
    record is locked.
    """
    leads, form = _found(ref), ExportReasonForm()
    lead = leads[0]
    if not form.is_right():
        if not lead.restricted_at and not person().reads_only:
            return redirect(url_for("consents.person", ref=ref))  # nothing was hidden from them
        return _locked(lead, form) if lead.restricted_at else _looked_at(leads, form)
    act = Act.OPENED if lead.restricted_at else Act.REVEALED
    log_access(act, "consent timeline, contact details", leads, reason=form.reason.data or "")
    return _page(leads, named=True)


@blueprint.post("/admin/consents/<ref>/export")
@allow(READERS, fresh=True)
def export_person(ref: str) -> Response | str:
    """A file about this request; an auditor's names nobody, and a locked record needs a reason."""
    leads = _found(ref)
    lead = leads[0]
    form = PersonExportForm(must_say_why=person().reads_only or lead.restricted_at is not None)
    if not form.is_right():
        return _locked(lead, form) if lead.restricted_at else _looked_at(leads, form)
    try:
        return _pack(lead, form) if form.kind.data == PACK else _text(leads, form)
    except (NoReceipt, NothingSealed, NotSealed) as problem:
        flash(str(problem), "error")
        return show(ref)


@blueprint.get("/admin/consents/<ref>/proof/<record>")
@allow(READERS)
def proof(ref: str, record: str) -> Response | str:
    """That one record of this request is in the ledger; of a locked one, the evidence pack has
    them.
    """
    lead = _found(ref)[0]
    if lead.restricted_at is not None:
        abort(404)
    log_access(Act.VIEWED, "proof of a consent record", [lead])
    try:
        with reading() as store:
            require_order(store, ledger_folder(installation().settings))
            text = proof_text(store, lead, record)
    except NoSuchProof:
        abort(404)
    except NotSealed as problem:
        flash(str(problem), "error")
        return show(ref)
    return Response(
        text, mimetype="application/json", headers=attached(f"proof-{lead.ref}-{record[:8]}.json")
    )


def _pack(lead: Lead, form: PersonExportForm) -> Response:
    settings = installation().settings
    whole = TemporaryFile(dir=settings.instance)  # noqa: SIM115  (it has no name on the disk; the response closes it)
    with transaction() as store:
        require_order(store, ledger_folder(settings))
        leads = write_evidence(
            store,
            lead,
            known_keys(ledger_folder(settings)),
            whole,
            disclosed=not person().reads_only,
            now=now(),
        )
        log_access(Act.EXPORTED, "evidence pack", leads, reason=form.reason.data or "", store=store)
    whole.seek(0)
    return send_file(
        whole, "application/zip", as_attachment=True, download_name=f"evidence-{lead.ref}.zip"
    )


def _text(leads: Sequence[Lead], form: PersonExportForm) -> Response:
    lead, kind, named = leads[0], form.kind.data, not person().reads_only
    page = url_for("lost_link.form", _external=True)
    with transaction() as store:
        if kind == TIMELINE:
            text, told = timeline_text(timeline(store, leads, clinic(), named=named)), leads
        else:
            text, told = (
                receipt_text(store, lead, clinic(), page=page, is_kantara=kind == KANTARA),
                [lead],
            )
        log_access(Act.EXPORTED, WHAT[kind], told, reason=form.reason.data or "", store=store)
    return Response(text, mimetype="application/json", headers=attached(f"{kind}-{lead.ref}.json"))


def _found(ref: str) -> Sequence[Lead]:
    """Return the request, then the others of its person."""
    with reading() as store:
        return find_requests(store, clinic().key, read_reference(ref)) or abort(404)


def _locked(lead: Lead, form: ExportReasonForm) -> str:
    log_access(Act.VIEWED, "state of the record", [lead])
    return render_template(
        "admin/consents/locked.html", lead=lead, form=form, at=shown_by(clinic())
    )


def _looked_at(leads: Sequence[Lead], form: ExportReasonForm | None = None) -> str:
    """Return the page without a reason, also where a form on it has to be corrected: each such look
    is logged.
    """
    log_access(
        Act.VIEWED,
        "consent timeline" if person().reads_only else "consent timeline, contact details",
        leads,
    )
    return _page(leads, named=not person().reads_only, form=form)


def _page(leads: Sequence[Lead], *, named: bool, form: ExportReasonForm | None = None) -> str:
    """Return the timeline; `form` is the one that was sent and has to be corrected."""
    must_say_why = person().reads_only or leads[0].restricted_at is not None
    with reading() as store:
        found = timeline(store, leads, clinic(), named=named)
        return render_template(
            "admin/consents/person.html",
            found=found,
            at=shown_by(clinic()),
            form=form or ExportReasonForm(),
            is_print=request.args.get("print") == "1",
            reason_form=form if type(form) is ExportReasonForm else ExportReasonForm(),
            export_form=form
            if isinstance(form, PersonExportForm)
            else PersonExportForm(must_say_why=must_say_why),
        )
