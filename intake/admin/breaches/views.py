"""The breach register: read by auditors, kept by admins."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from intake.admin.breaches.forms import BreachForm
from intake.models import Act, Breach
from intake.privacy.breach_statistics import as_csv, due_on, statistics
from intake.privacy.breaches import (
    WHAT,
    breach_of,
    breaches,
    change_breach,
    record_breach,
    still_to_tell,
)
from intake.privacy.find import NotDone
from intake.staff.guard import ADMINS, READERS, allow, log_access, person
from intake.web import clinic, now, reading, transaction

blueprint = Blueprint("breaches", __name__, url_prefix="/admin/breaches")
WRONG = 422


@blueprint.get("")
@allow(READERS)
def page() -> str:
    """Every breach, what is still to be done, and the counts of each year."""
    with reading() as session:
        register = breaches(session, clinic())
    today = now().astimezone(clinic().time_zone).date()
    lines = [
        (breach, [] if breach.closed_on else still_to_tell(breach, today)) for breach in register
    ]
    years = sorted(
        {breach.found_on.year for breach in register} | {today.year - 1, today.year}, reverse=True
    )
    return render_template(
        "admin/breaches/page.html", lines=lines, years=[(year, due_on(year)) for year in years]
    )


@blueprint.get("/new")
@allow(ADMINS)
def new() -> str:
    """The form for another one."""
    return _form(BreachForm(), None)


@blueprint.post("/new")
@allow(ADMINS)
def entered() -> tuple[str, int] | Answer:
    """Enter it under the next number."""
    return _keep(None)


@blueprint.get("/<number>")
@allow(READERS)
def entry(number: str) -> str:
    """One breach."""
    breach, form = _breach(number), BreachForm()
    form.fill(breach)
    return _form(form, breach)


@blueprint.post("/<number>")
@allow(ADMINS)
def changed(number: str) -> tuple[str, int] | Answer:
    """Change what is entered of it."""
    return _keep(_breach(number))


@blueprint.get("/statistics/<int:year>.csv")
@allow(READERS)
def counts(year: int) -> Response:
    """The counts of a year, as the Commissioner wants them."""
    log_access(Act.EXPORTED, f"{WHAT}: counts of {year}")
    with reading() as session:
        text = as_csv(statistics(breaches(session, clinic()), year), year)
    name = f'attachment; filename="breaches-{year}.csv"'
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": name})


@blueprint.errorhandler(NotDone)
def not_done(error: NotDone) -> Answer:
    """There is no such breach."""
    flash(str(error), "error")
    return redirect(url_for("breaches.page"), 303)


def _breach(number: str) -> Breach:
    with reading() as session:
        return breach_of(session, clinic(), number)


def _keep(breach: Breach | None) -> tuple[str, int] | Answer:
    form = BreachForm()
    if not form.is_right():
        return _form(form, breach), WRONG
    told, who, where, at = form.to_told(), person(), request.endpoint or "", now()
    try:
        with transaction() as session:
            if breach:
                kept = breach_of(session, clinic(), breach.number)
                change_breach(session, clinic(), kept, told, who, endpoint=where, now=at)
            else:
                kept = record_breach(session, clinic(), told, who, endpoint=where, now=at)
    except NotDone as error:
        form.refuse("found_on", str(error))
        return _form(form, breach), WRONG
    flash(f"{kept.number} is entered." if breach is None else f"{kept.number} is changed.")
    return redirect(url_for("breaches.entry", number=kept.number), 303)


def _form(form: BreachForm, breach: Breach | None) -> str:
    today = now().astimezone(clinic().time_zone).date()
    missing = still_to_tell(breach, today) if breach and not breach.closed_on else []
    return render_template("admin/breaches/entry.html", form=form, breach=breach, missing=missing)
