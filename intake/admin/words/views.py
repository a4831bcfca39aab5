"""The words of consent: what is published, and publishing what the clinic file says."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.admin.moments import shown_by
from intake.admin.words.forms import PublishForm
from intake.admin.words.proposal import Proposal, proposal
from intake.admin.words.versions import ASKED, versions
from intake.changes import wait_for_readers
from intake.consent.publishing import PublishedMeanwhile
from intake.consent.requirements import LANGUAGE_NAMES
from intake.models import ConsentStatement
from intake.staff.guard import ADMINS, READERS, allow, person
from intake.staff.publish_words import NotWhatWasRead, publish_words, versions_in_words
from intake.web import clinic, installation, now, reading, transaction

blueprint = Blueprint("words", __name__, url_prefix="/admin/words")
WRONG, CONFLICT = 422, 409


@blueprint.get("")
@allow(READERS)
def page() -> str:
    """The words, and for whoever may publish them what would change."""
    return _page(PublishForm())


@blueprint.post("")
@allow(ADMINS, fresh=True)
def publish() -> tuple[str, int] | Response:
    """Publish what the person has read, and nothing else."""
    form, waiting = PublishForm(), _waiting()
    if not waiting.is_publishable:
        return _back("Nothing was published." if waiting.missing else _done(None))
    try:
        if form.read.data != waiting.digest:
            raise NotWhatWasRead
        if not form.is_right():
            return _page(form), WRONG
        with transaction() as store:
            added = publish_words(
                store,
                clinic(),
                person(),
                read=waiting.digest,
                endpoint=request.endpoint or "",
                now=now(),
            )
        wait_for_readers(installation().database)
    except (NotWhatWasRead, PublishedMeanwhile) as error:
        return _page(PublishForm(formdata=None), problem=str(error)), CONFLICT
    return _back(_done(added))


def _waiting() -> Proposal:
    with reading() as store:
        return proposal(store, clinic())


def _done(added: Sequence[ConsentStatement] | None) -> str:
    if added is None:
        return "Nothing to publish: these words are published."
    if not added:
        return "It is stored how the form shows the words."
    return (
        f"Published in English and French: {versions_in_words(added)}. Forms opened from now "
        "on show these words."
    )


def _back(words: str) -> Response:
    flash(words)
    return redirect(url_for("words.page"), 303)


def _page(form: PublishForm, problem: str = "") -> str:
    with reading() as store:
        known = versions(store, clinic().key)
    waiting = None if person().reads_only else _waiting()
    form.read.data = waiting.digest if waiting else ""
    return render_template(
        "admin/words/page.html",
        form=form,
        problem=problem,
        waiting=waiting,
        asked=ASKED,
        languages=LANGUAGE_NAMES,
        current=[(purpose, some[0]) for purpose, some in known.items()],
        earlier=[(purpose, one) for purpose, some in known.items() for one in some[1:]],
        at=shown_by(clinic()),
    )
