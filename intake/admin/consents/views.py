"""The consent audit: find a person's requests, and the figures of everybody's consent."""

from collections.abc import Mapping, Set

from flask import Blueprint, Response, abort, render_template, request, url_for

from intake.admin.consents import rendering_view
from intake.admin.consents.everybody import everybodys
from intake.admin.consents.forms import SearchForm
from intake.admin.consents.search import Results, search
from intake.admin.exports.events import days, event_rows, headings, leads_in
from intake.admin.exports.forms import PeriodForm
from intake.admin.exports.stream import attached, written
from intake.admin.moments import shown_by
from intake.admin.period import CHOICES, chosen_months, period
from intake.consent.person_consent import agreements
from intake.models import Act, Purpose
from intake.staff.access_log import note_all
from intake.staff.guard import READERS, allow, log_access, person
from intake.web import clinic, installation, now, reading, transaction

blueprint = Blueprint("consents", __name__)


@blueprint.get("/admin/consents")
@allow(READERS)
def page() -> str:
    """Return where a search begins."""
    return _page()


@blueprint.post("/admin/consents")
@allow(READERS)
def find() -> str:
    """The requests that were looked for."""
    form = SearchForm(must_say_why=person().reads_only)
    if not form.is_right():
        return _page(search_form=form)
    with reading() as store:
        found = search(
            store,
            clinic().key,
            form.sought.data or "",
            address_key=installation().settings.address_key(),
            by_reference_only=person().reads_only and not form.reason.data,
        )
        agreed = agreements(store, [lead.id for lead in found.leads])
    log_access(Act.SEARCHED, f"requests by {found.by}", found.leads, reason=form.reason.data or "")
    return _page(search_form=form, found=found, agreed=agreed)


@blueprint.get("/admin/consents/everybody")
@allow(READERS)
def everybody() -> str:
    """Consent in figures. The lists name requests by their references, for every reader."""
    months = period(chosen_months(request.args.get("months")), clinic(), now=now())
    with reading() as store:
        found = everybodys(store, clinic(), months, now=now())
    log_access(Act.LISTED, "agreements, withdrawals and endings", found.leads)
    return render_template(
        "admin/consents/everybody.html",
        found=found,
        months=months,
        choices=CHOICES,
        at=shown_by(clinic()),
    )


@blueprint.post("/admin/consents/export")
@allow(READERS, fresh=True)
def export() -> Response | str:
    """Consent events of some days as a file; an auditor's names nobody."""
    form, named, key = (
        PeriodForm(must_say_why=person().reads_only),
        not person().reads_only,
        clinic().key,
    )
    if not form.is_right() or form.start.data is None or form.end.data is None:
        return _page(export_form=form)
    those = days(clinic(), form.start.data, form.end.data)
    what = f"consent events of {those.words}{', with names' if named else ''} ({form.kind.data})"
    with transaction() as store:
        note_all(
            store,
            person(),
            Act.EXPORTED,
            what,
            leads_in(key, those),
            clinic=key,
            endpoint="consents.export",
            now=now(),
            reason=form.reason.data or "",
        )
    rows = event_rows(installation().database, key, those, named=named)
    parts, mimetype = written(form.kind.data, headings(named=named), rows)
    return Response(parts, mimetype=mimetype, headers=attached(f"consent-events.{form.kind.data}"))


@blueprint.get("/admin/consents/look/<digest>")
@allow(READERS)
def look(digest: str) -> Response:
    """The request for consent as it was on the screen."""
    try:
        with reading() as store:
            found = rendering_view.document(
                store, digest, style=url_for("static", filename="app.css")
            )
    except rendering_view.Altered:
        return Response(
            "What is stored is not what was on the screen: run “Verify now”.",
            409,
            mimetype="text/plain",
        )
    return Response(
        found or abort(404),
        mimetype="text/html",
        headers={"Content-Security-Policy": rendering_view.POLICY},
    )


def _page(
    search_form: SearchForm | None = None,
    export_form: PeriodForm | None = None,
    found: Results | None = None,
    agreed: Mapping[int, Set[Purpose]] | None = None,
) -> str:
    """Return the page; `form` is the one that was sent, whose errors stand on top."""
    looked_for = search_form or SearchForm(must_say_why=person().reads_only)
    return render_template(
        "admin/consents/page.html",
        form=export_form or looked_for,
        search_form=looked_for,
        found=found,
        agreed=agreed,
        export_form=export_form or PeriodForm(must_say_why=person().reads_only),
        at=shown_by(clinic()),
    )
