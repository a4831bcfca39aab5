"""A form is made once and filled again; nobody sees what stood in it before."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intake.callback.forms import CallbackForm
from intake.callback.kept_forms import MOST_KINDS, KeptForms
from intake.callback.offered import offered_by
from intake.models import Basis, ConsentStatement, Lead, Purpose

EVERYTHING = {
    "name": "Zoë Quill",
    "phone": "12",
    "email": "zoe@",
    "best_time": "morning",
    "voicemail_ok": "y",
    "call_language": "fr",
    "consult_with": "physiotherapist",
    "consult_by": "phone",
    "services": ["acupuncture"],
    "body_areas": ["neck"],
    "what_hurts": "Left shoulder",
    "agree_reminders": "y",
    "agree_care": "y",
    "agree_news": "y",
    "website": "https://trap.example",
}
LANGUAGE_OF_THE_PAGE = "en"


@pytest.fixture
def made(monkeypatch):
    """The forms that were made so far."""
    forms = []

    class Noted(CallbackForm):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            forms.append(self)

    monkeypatch.setattr("intake.callback.kept_forms.CallbackForm", Noted)
    return forms


def values(page):
    """What stands in the page's fields, and which boxes and buttons are ticked."""
    fields = page.soup.select("main form input:not([type=hidden]), main form textarea")
    typed = [field for field in fields if field.get("type") not in {"radio", "checkbox"}]
    texts = {field["name"]: page.value(field["name"]) for field in typed}
    return texts, [(field["name"], field["value"]) for field in page.soup.select("input[checked]")]


def test_what_somebody_typed_is_not_in_the_form_of_who_comes_next(client, made):
    with_everything = client.submit(**EVERYTHING)
    assert set(with_everything.errors()) == {"phone", "email"}
    texts, ticks = values(with_everything)
    assert "Left shoulder" in texts.values()
    assert len(ticks) > 7

    empty = client.submit(name="", phone="")

    assert len(made) == 1
    assert set(empty.errors()) == {"name", "phone"}
    texts, ticks = values(empty)
    assert set(texts.values()) == {""}
    assert ticks == [("call_language", LANGUAGE_OF_THE_PAGE)]


def test_a_request_is_stored_with_its_own_answers_only(client, page_database, made):
    client.submit(**EVERYTHING)

    assert client.submit(name="Ana Moor", phone="416 555 0123", follow=False).status == 303

    assert len(made) == 1
    with page_database.reading() as session:
        (lead,) = session.scalars(select(Lead))
    assert (lead.name, lead.email, lead.what_hurts, lead.services, lead.body_areas) == (
        "Ana Moor",
        None,
        None,
        [],
        [],
    )
    assert (lead.best_time, lead.voicemail_ok, lead.call_language, lead.hold_reason) == (
        None,
        False,
        "en",
        None,
    )


def test_two_at_a_time_have_a_form_each(client, clinic, made):
    kept, sent = KeptForms(), MultiDict({"name": "Ana"})
    offered: Any = {"offered": offered_by(clinic, "en"), "statements": [], "language": "en"}

    with client.app.test_request_context("/"):
        with kept.filled(sent, **offered) as one, kept.filled(MultiDict(), **offered) as other:
            assert (one.name.data, other.name.data) == ("Ana", None)
        with kept.filled(sent, **offered) as one, kept.filled(MultiDict(), **offered) as other:
            assert (one.name.data, other.name.data) == ("Ana", None)

    assert len(made) == 2


@pytest.mark.parametrize("changes", [{}, {"phone": "647 555 0188", "email": "zoe@example.com"}])
def test_nothing_of_a_person_stays_in_a_form_that_waits(client, made, changes):
    client.submit(**EVERYTHING | changes, follow=False)

    (form,) = made
    held = str([vars(form), *(vars(field) for field in form)]).lower()
    assert [
        said for said in ("quill", "zoe", "left shoulder", "0188", "trap.example") if said in held
    ] == []
    assert form.data.keys() >= {"name", "phone", "email", "what_hurts"}
    assert set(form.data.values()) == {None}
    assert not form.errors


def test_a_form_that_failed_is_filled_anew(client, clinic, made):
    kept = KeptForms()
    offered: Any = {"offered": offered_by(clinic, "en"), "statements": [], "language": "en"}

    with client.app.test_request_context("/"):
        with (
            pytest.raises(RuntimeError),
            kept.filled(MultiDict({"name": "Ana"}), **offered) as form,
        ):
            raise RuntimeError
        with kept.filled(MultiDict(), **offered) as form:
            assert form.name.data is None

    assert len(made) == 1


def test_no_more_kinds_are_kept_than_that(client, clinic, made):
    kept = KeptForms()
    kinds = [[statement] for statement in statements_with_ids(MOST_KINDS + 1)]

    with client.app.test_request_context("/"):
        for statements in [*kinds, *kinds]:
            with kept.filled(
                MultiDict(), offered=offered_by(clinic, "en"), statements=statements, language="en"
            ):
                pass

    assert len(made) == MOST_KINDS + 2


def statements_with_ids(number):
    return [
        ConsentStatement(id=at, purpose=Purpose.NEWS, basis=Basis.EXPRESS) for at in range(number)
    ]
