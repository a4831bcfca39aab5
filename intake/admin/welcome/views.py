"""Where a one-time link leads: to a password, and on to the second factor. The link alone opens
nothing else.
"""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from intake.admin.welcome.forms import WelcomeForm
from intake.staff.guard import OPEN
from intake.staff.invite import accept, invited
from intake.staff.login import go_on_to_second_factor, hashed, problem_of_new
from intake.web import now, reading, transaction

GONE = 410

blueprint = Blueprint("welcome", __name__)
OPEN.add("welcome.page")


@blueprint.route("/admin/welcome/<token>", methods=["GET", "POST"])
def page(token: str) -> Response:
    """Ask for a password, and use the link up with it."""
    with reading() as store:
        member = invited(store, token, now=now())
    if member is None:
        return make_response(render_template("staff/welcome_over.html"), GONE)
    form = WelcomeForm()
    if form.is_right():
        password = form.password.data or ""
        problem = problem_of_new(password, member)
        if problem is None:
            with transaction() as store:
                taken = accept(store, token, hashed(password), now=now())
            return page(token) if taken is None else go_on_to_second_factor(taken)
        form.refuse(problem)
    form.email.data = member.email
    return make_response(
        render_template("staff/welcome.html", form=form, member=member, token=token)
    )
