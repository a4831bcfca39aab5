"""The access log: look through it, and take it along. It names patients by reference alone, for
every reader.
"""

from contextlib import suppress
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from intake.admin.access.forms import FileForm, SoughtForm
from intake.admin.access.listing import HEADINGS, SHOWN, Sought, access_rows, lines, staff_of
from intake.admin.consents.timeline import find_lead
from intake.admin.exports.stream import attached, written
from intake.admin.moments import shown_by
from intake.models import Act, Lead
from intake.reference import read_reference
from intake.staff.guard import READERS, allow, log_access, person
from intake.web import clinic, installation, reading

blueprint = Blueprint("access", __name__)
LONGEST = 9
"""Digits of a number in an address."""


@blueprint.get("/admin/access")
@allow(READERS)
def page() -> str:
    """The newest lines, or those that the address asks for. Whoever looks one request up leaves a
    line as well.
    """
    sought = _sought()
    if sought.ref:
        log_access(Act.VIEWED, "access log of a request", _lead(sought))
    return _page(sought, FileForm(must_say_why=person().reads_only))


@blueprint.post("/admin/access")
@allow(READERS)
def look() -> Answer | str:
    """Look for lines; the answer has an address of its own, in which nothing personal stands."""
    with reading() as store:
        form = SoughtForm(staff_of(store, clinic().key))
    if not form.is_right():
        return _page(Sought(), FileForm(must_say_why=person().reads_only), form)
    query: dict[str, Any] = {**form.to_sought().as_query()}
    return redirect(url_for("access.page", **query), 303)


@blueprint.post("/admin/access/export")
@allow(READERS, fresh=True)
def export() -> Response | str:
    """The lines that the address asks for as a file."""
    sought, form = _sought(), FileForm(must_say_why=person().reads_only)
    if not form.is_right():
        return _page(sought, form)
    log_access(
        Act.EXPORTED, f"access log ({form.kind.data})", _lead(sought), reason=form.reason.data or ""
    )
    parts, mimetype = written(
        form.kind.data, HEADINGS, access_rows(installation().database, clinic(), sought)
    )
    return Response(parts, mimetype=mimetype, headers=attached(f"access-log.{form.kind.data}"))


def _sought() -> Sought:
    """Return what the address asks for; what cannot be read is left open."""
    act = request.args.get("act", "")
    return Sought(
        staff=_number("staff"),
        act=Act(act) if act in set(Act) else None,
        start=_day("start"),
        end=_day("end"),
        ref=read_reference(request.args.get("ref", "")),
    )


def _number(name: str) -> int | None:
    typed = request.args.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST else None


def _day(name: str) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(request.args.get(name, ""))
        return day if date.min.year < day.year < date.max.year else None
    return None


def _lead(sought: Sought) -> list[Lead]:
    with reading() as store:
        lead = find_lead(store, clinic().key, sought.ref)
    return [lead] if lead else []


def _page(sought: Sought, file_form: FileForm, form: SoughtForm | None = None) -> str:
    before = _number("before")
    with reading() as store:
        found = lines(store, clinic(), sought, before=before)
        looked_for = form or SoughtForm(staff_of(store, clinic().key), sought)
    following = (
        {**sought.as_query(), "before": str(found[-1].entry.id)} if len(found) == SHOWN else None
    )
    return render_template(
        "admin/access/page.html",
        lines=found,
        form=file_form if file_form.errors else looked_for,
        sought_form=looked_for,
        file_form=file_form,
        sought=sought.as_query(),
        following=following,
        is_first=not before,
        at=shown_by(clinic()),
    )
