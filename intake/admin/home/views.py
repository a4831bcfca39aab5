"""Where somebody lands who came in: in the first room that is open to them."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from intake.admin.navigation import rooms_of
from intake.staff.guard import EVERYBODY, allow, person

blueprint = Blueprint("home", __name__)


@blueprint.get("/admin/")
@allow(EVERYBODY)
def page() -> Response:
    """On to the figures, or for the front desk to the queue."""
    rooms = rooms_of(person())
    return redirect(rooms[0].address if rooms else url_for("account.page"))
