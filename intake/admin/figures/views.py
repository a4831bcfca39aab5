"""The overview. Counts only: nobody's data is on it, and so no look at it is logged."""

from flask import Blueprint, render_template, request

from intake.admin.figures.overview import overview
from intake.admin.figures.period import LENGTHS, length_of
from intake.staff.guard import READERS, allow
from intake.web import clinic, now, reading

blueprint = Blueprint("figures", __name__)


@blueprint.get("/admin/figures")
@allow(READERS)
def page() -> str:
    """Return how many asked, how soon they were called, what came of it."""
    with reading() as store:
        shown = overview(store, clinic(), length_of(request.args.get("days", "")), now=now())
    return render_template("admin/figures.html", shown=shown, lengths=LENGTHS)
