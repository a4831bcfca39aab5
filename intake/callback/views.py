"""The pages of the patient's door."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from intake.callback.abuse import FormBehaviour
from intake.callback.confirmation import confirmation_for
from intake.callback.draft import ShownForm, Submission
from intake.callback.empty_forms import EmptyForms
from intake.callback.forms import CallbackForm
from intake.callback.kept_forms import KeptForms
from intake.callback.offered import Offered, offered_by
from intake.callback.outcome import Taken
from intake.callback.shown_form import read_shown_form
from intake.callback.stamp import Stamp, new_stamp, read_stamp
from intake.callback.submissions import Submissions
from intake.consent.circumstances import circumstances_of
from intake.consent.published import PublishedWords
from intake.consent.rendering import block_of, rendering_sha256
from intake.limits import STAMP
from intake.middleware.headers import NONCE
from intake.models import ConsentStatement
from intake.web import KEY, Installation, clinic, installation, now, reading, use_language

DOOR = "intake.callback"
blueprint = Blueprint("callback", __name__)


@dataclass(frozen=True)
class FormState:
    """What the patient's door keeps between requests."""

    words: PublishedWords
    forms: EmptyForms
    submissions: Submissions
    address_key: bytes
    kept_forms: KeptForms = field(default_factory=KeptForms)
    offered: dict[str, Offered] = field(default_factory=dict)
    """The answers by language; worked out once."""


def mount(app: Flask) -> None:
    """Serve the form from *app*."""
    place: Installation = app.extensions[KEY]
    words = PublishedWords(place.database, place.clinic.key)
    forms = EmptyForms(words, _render_empty, secret=place.secret, clock=place.clock)
    address_key = place.settings.address_key()  # read once: it may stand in a file
    submissions = Submissions(place.database, place.clinic, address_key)
    app.extensions[DOOR] = FormState(words, forms, submissions, address_key)
    app.register_blueprint(blueprint)


FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


@blueprint.get("/", defaults={"language": "en"})
@blueprint.get("/fr/", defaults={"language": "fr"})
def form(language: str) -> Response:
    """The empty form. The browser may keep it, so that “back” leads to the same form, with what was
    typed.
    """
    forms = _door().forms
    headers, body = forms.answer(
        forms.prepare(language),
        language,
        nonce=request.environ[NONCE],
        accept_encoding=request.headers.get("Accept-Encoding", ""),
    )
    return Response(body, headers=headers)


@blueprint.post("/", defaults={"language": "en"})
@blueprint.post("/fr/", defaults={"language": "fr"})
def submit(language: str) -> Response | tuple[str, int]:
    """Take the form: to the confirmation when it is complete, else the same page with what to put
    right.
    """
    if request.mimetype not in FORM_TYPES:
        abort(415)
    if "switch_language" in request.form:
        return _page(*_fresh(language, typed=True)), 200
    stamp = read_stamp(request.form.get("stamp", ""), installation().secret)
    shown = _shown(stamp, language) if stamp else None
    if stamp is None or shown is None:
        fresh, other, current = _fresh(language, typed=True)
        return _page(fresh, other, current, problem=fresh.came_from_nowhere()), 422
    offered, statements = _offered(language), shown.asked.statements
    with _door().kept_forms.filled(
        request.form, offered=offered, statements=statements, language=language
    ) as filled:
        return _answer(filled, stamp, shown)


def _answer(filled: CallbackForm, stamp: Stamp, shown: ShownForm) -> Response | tuple[str, int]:
    """Store a form that is complete and lead to its confirmation, else show what to put right."""
    statements, submissions = shown.asked.statements, _door().submissions
    with submissions.preparing:
        is_complete = filled.validate()
        stored = submissions.hand_in(_submission(filled, stamp, shown)) if is_complete else None
    if stored is None:
        return _page(filled, stamp, statements), 422
    outcome = stored()
    if isinstance(outcome, Taken):
        return redirect(url_for("callback.confirmation", token=outcome.token), 303)
    if outcome.limit is STAMP:
        return _page(filled, stamp.renewed(), statements, problem=filled.used_up()), 422
    return _page(filled, stamp, statements, problem=filled.sent_often()), 429


@blueprint.get("/requests/<token>")
def confirmation(token: str) -> str:
    """The confirmation, in the language of the form; safe to reload."""
    with reading() as session:
        found = confirmation_for(
            session, token, clinic(), sends_mail=installation().settings.mail is not None
        )
    if found is None:
        abort(404)
    use_language(found.language)
    return render_template("callback/confirmation.html", confirmation=found)


@blueprint.get("/clinic.css")
def colours() -> Response:
    """The clinic's two colours, for the style sheet; a file of its own because the page allows no
    inline style.
    """
    chosen = clinic().colours
    sheet = f":root {{ --brand: {chosen.brand}; --accent: {chosen.accent}; }}\n"
    return Response(sheet, mimetype="text/css", headers={"Cache-Control": "public, max-age=300"})


def _door() -> FormState:
    door: FormState = current_app.extensions[DOOR]
    return door


def _offered(language: str) -> Offered:
    known = _door().offered
    if language not in known:
        known[language] = offered_by(clinic(), language)
    return known[language]


def _submission(filled: CallbackForm, stamp: Stamp, shown: ShownForm) -> Submission:
    return Submission(
        filled.to_request(),
        shown,
        now(),
        circumstances_of(request.remote_addr, request.user_agent.string, _door().address_key),
        FormBehaviour(filled.website.data or "", stamp.shown_at)
        if installation().settings.limits == "on"
        else None,
    )


def _render_empty(
    language: str, statements: Sequence[ConsentStatement], stamp: str, nonce: str
) -> str:
    form = CallbackForm(
        offered=_offered(language), statements=statements, language=language, formdata=None
    )
    block = block_of(statements) if statements else None
    return render_template(
        "callback/form.html",
        form=form,
        stamp=stamp,
        csp_nonce=nonce,
        block=block,
        ticked=(),
        problem="",
        other_language="en" if language == "fr" else "fr",
    )


def _shown(stamp: Stamp, language: str) -> ShownForm | None:
    return read_shown_form(_door().words, stamp, language=language, page=request.path)


def _fresh(
    language: str, *, typed: bool = False
) -> tuple[CallbackForm, Stamp, Sequence[ConsentStatement]]:
    """Return a form with today's words and a stamp of its own; *typed* keeps what was sent.

    Never the ticks of consent boxes: those words were not before the person when they ticked.
    """
    statements = _door().words.edition().statements[language]
    stamp = new_stamp([statement.id for statement in statements], language, now=now())
    sent = request.form if typed else None
    form = CallbackForm(
        offered=_offered(language), statements=statements, language=language, formdata=sent
    )
    for box in form.boxes():
        box.data = False
    return form, stamp, statements


def _page(
    form: CallbackForm, stamp: Stamp, statements: Sequence[ConsentStatement], *, problem: str = ""
) -> str:
    """Return the page with *form*. Its stamp tells how it looks now, which a newer release may have
    changed meanwhile.
    """
    looks = replace(stamp, rendering_sha256=rendering_sha256(statements, stamp.language))
    return render_template(
        "callback/form.html",
        form=form,
        stamp=looks.sign(installation().secret),
        block=block_of(statements) if statements else None,
        ticked=form.agreed_to(),
        problem=problem,
        other_language="en" if stamp.language == "fr" else "fr",
    )
