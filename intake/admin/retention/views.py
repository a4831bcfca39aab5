"""The retention policy in words, what it would do now, and doing it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.admin.retention.forms import RunForm
from intake.privacy.retention import PORTION, RunBy, outlook, reports, run_retention
from intake.privacy.retention_rules import Rule
from intake.privacy.retention_words import NEVER, said
from intake.privacy.scrub import scrub
from intake.staff.guard import ADMINS, READERS, allow, person
from intake.web import clinic, installation, now, reading

blueprint = Blueprint("retention", __name__, url_prefix="/admin/retention")
WRONG = 422
AT_ONCE = 3
"""Portions of a rule in one request: a long backlog is for the command, which nobody waits for in a
browser.
"""


@blueprint.get("")
@allow(READERS)
def page() -> str:
    """The policy and earlier reports; the dry run where it is asked for, since it may take
    seconds.
    """
    return _page(RunForm(), looks="dry-run" in request.args)


@blueprint.post("")
@allow(ADMINS, fresh=True)
def run() -> tuple[str, int] | Response:
    """Run it."""
    form = RunForm()
    if not form.is_right():
        return _page(form, looks=True), WRONG
    hand = RunBy(person(), request.endpoint or "")
    report = run_retention(installation().database, clinic(), hand, now=now(), at_most=AT_ONCE)
    done = scrub(installation().database) if report else None
    flash(
        f"Done, see the report below. {done.sentence}" if done else "Nothing is over by the policy."
    )
    return redirect(url_for("retention.page"), 303)


def _page(form: RunForm, *, looks: bool) -> str:
    policy = clinic().retention
    with reading() as session:
        found = {one.rule: one for one in outlook(session, clinic(), now=now())} if looks else {}
        earlier = [
            (one, [(said(rule, policy), count) for rule, count in one.counts.items()])
            for one in reports(session, clinic())
        ]
    rules = [(said(rule, policy), found.get(rule)) for rule in Rule]
    return render_template(
        "admin/retention/page.html",
        rules=rules,
        reports=earlier,
        never=NEVER,
        zone=clinic().time_zone,
        form=form,
        looks=looks,
        is_over=any(one.count for one in found.values()),
        most=AT_ONCE * PORTION,
    )
