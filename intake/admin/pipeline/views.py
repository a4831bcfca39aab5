"""How the pipeline stands, and trying again now."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from intake.admin.pipeline.state import pipeline
from intake.models import Act
from intake.operations.checks import checks_without_outside
from intake.operations.retry import retry_now
from intake.staff.guard import ADMINS, READERS, allow, log_access
from intake.web import clinic, installation, now, reading, transaction

blueprint = Blueprint("pipeline", __name__)


@blueprint.get("/admin/pipeline")
@allow(READERS)
def page() -> str:
    """Return what waits, since when, and what stands in the way. Nothing of a person is on it."""
    findings = list(
        checks_without_outside(
            installation().settings, installation().database, clinic(), now=now()
        )
    )
    with reading() as store:
        state = pipeline(store, clinic(), now=now())
    return render_template("admin/pipeline.html", state=state, findings=findings)


@blueprint.post("/admin/pipeline")
@allow(ADMINS)
def retry() -> Response:
    """Have everything that was put off tried again at once."""
    with transaction() as store:
        count = retry_now(store, clinic().key, now=now())
        log_access(Act.CHANGED, "pipeline: retry", store=store)
    flash(
        f"{count} put off before will be tried again within a minute."
        if count
        else "Nothing was put off."
    )
    return redirect(url_for("pipeline.page"))
