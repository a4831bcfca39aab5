"""Where somebody lands who came in: in the first room that is open to them."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from intake.models import Role
from intake.staff.guard import EVERYBODY, allow, person

blueprint = Blueprint("home", __name__)


@blueprint.get("/admin/")
@allow(EVERYBODY)
def page() -> Response:
    """On to the queue for the front desk, to the figures for everybody else."""
    return redirect(url_for("queue.page" if person().role is Role.FRONT_DESK else "figures.page"))
