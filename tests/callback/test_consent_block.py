"""The request for consent on the form, with boxes and without, and that what was on screen can be
looked up.
"""

import json

import pytest
from sqlalchemy import select

from intake.consent.publishing import publish
from intake.consent.recorded import recorded_answers
from intake.models import (
    Basis,
    ConsentEvent,
    ConsentRendering,
    Decision,
    Lead,
    LedgerEntry,
    Purpose,
)
from tests.factories import asking_by_submitting

PATHS = {"en": "/", "fr": "/fr/"}
MODES = ("boxes", "by_submitting")


@pytest.fixture
def ask_by(page_database, clinic, clock):
    """`ask_by(mode)` has the form ask in that way."""

    def change(mode):
        if mode == "by_submitting":
            with page_database.writing() as session:
                publish(session, asking_by_submitting(clinic), now=clock())

    return change


def newest_rendering(session, language):
    found = session.scalars(select(ConsentRendering).where(ConsentRendering.language == language))
    return max(found, key=lambda one: [int(statement) for statement in one.statements.split(",")])


def decided(session):
    return session.scalars(
        select(ConsentEvent)
        .where(ConsentEvent.decision != Decision.SHOWN)
        .order_by(ConsentEvent.id)
    ).all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", PATHS)
def test_what_auditors_see_is_what_was_on_screen(client, page_database, ask_by, mode, language):
    ask_by(mode)
    page = client.get(PATHS[language])
    with_ticks = client.submit(
        PATHS[language], name="", agree_news="y", agree_care="y", email="ana@example.com"
    )
    with page_database.reading() as session:
        block = newest_rendering(session, language).html

    assert block in page.response.text
    assert with_ticks.status == 422
    assert block in with_ticks.response.text.replace(" checked", "")
    assert (block not in with_ticks.response.text) == (mode == "boxes")


@pytest.mark.parametrize("mode", MODES)
def test_each_event_and_its_record_name_what_was_on_screen(client, page_database, ask_by, mode):
    ask_by(mode)
    client.submit("/fr/", agree_news="y", email="ana@example.com")

    with page_database.reading() as session:
        shown = newest_rendering(session, "fr").sha256
        events = session.scalars(select(ConsentEvent)).all()
        (record,) = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "request"))
        answers = recorded_answers(json.loads(record.canonical))
        assert {event.rendering_sha256 for event in events} == {shown}
        assert answers.keys() == {event.uid for event in events}
    assert {answer["rendering_sha256"] for answer in answers.values()} == {shown}
    assert len(answers) == 6


def test_a_retired_form_names_the_block_that_it_showed_and_is_shown_it_again(
    client, page_database, clinic, clock
):
    page = client.get("/")
    with page_database.writing() as session:
        publish(session, clinic.model_copy(update={"email": "new@example.com"}), now=clock())

    again = client.submit(stamp=page.value("stamp"), name="")
    client.submit(stamp=again.value("stamp"), agree_news="y", email="ana@example.com")

    assert "hello@riverside.example.com" in again.soup.select_one(".consent").get_text()
    with page_database.reading() as session:
        event = decided(session)[-1]
        rendering = session.get(ConsentRendering, event.rendering_sha256)
        assert event.statement_version == 1
        assert str(event.statement_id) in rendering.statements.split(",")
        assert "hello@riverside.example.com" in rendering.html


def test_a_block_that_was_never_stored_is_not_named(client, page_database, monkeypatch):
    monkeypatch.setattr(
        "intake.callback.empty_forms.rendering_sha256", lambda *_: "a release’s own look"
    )
    monkeypatch.setattr("intake.callback.views.rendering_sha256", lambda *_: "a release’s own look")

    client.submit(agree_news="y", email="ana@example.com")

    with page_database.reading() as session:
        assert {event.rendering_sha256 for event in decided(session)} == {None}


def test_by_submitting_there_is_one_notice_with_all_that_must_be_said_and_no_box(
    client, ask_by, clinic
):
    ask_by("by_submitting")

    for path, words in (
        ("/", "By submitting this form with your email address"),
        ("/fr/", "En envoyant ce formulaire"),
    ):
        page = client.get(path)
        block = page.soup.select_one(".consent")
        said = " ".join(block.get_text().split())
        assert not page.soup.select("[name^=agree_]")
        assert said.count(words) == said.count(clinic.legal_name) == 1
        assert len(block.select("li")) == 3
        for must in (clinic.email, "613-555-0100", "120 Riverside Drive"):
            assert must in said


def test_by_submitting_an_address_is_implied_consent_and_never_express(
    client, page_database, ask_by
):
    ask_by("by_submitting")

    page = client.submit(email="ana@example.com")

    with page_database.reading() as session:
        events = decided(session)
    assert {event.purpose for event in events} == set(Purpose)
    assert {(e.decision, e.basis, e.method, e.control, e.default_state) for e in events} == {
        (Decision.GIVEN, Basis.IMPLIED, "submitting the form", "none", "none")
    }
    assert page.soup.select_one(".taken li").get_text() == "Appointment reminders"
    assert not page.soup.select(".agreed")


def test_by_submitting_without_an_address_nothing_is_agreed_to(client, page_database, ask_by):
    ask_by("by_submitting")

    page = client.submit()

    assert page.status == 200
    assert not page.soup.select(".agreed, .taken")
    with page_database.reading() as session:
        assert {event.decision for event in decided(session)} == {Decision.REFUSED}


def test_by_submitting_a_box_that_is_not_there_cannot_be_ticked(client, page_database, ask_by):
    ask_by("by_submitting")

    client.submit(email="ana@example.com", agree_news="y")

    with page_database.reading() as session:
        assert {event.basis for event in decided(session)} == {Basis.IMPLIED}


def test_the_email_field_says_what_it_is_for(client, ask_by):
    assert "Needed only if you tick one of the boxes below" in client.get("/").text
    ask_by("by_submitting")
    page = client.get("/")
    assert "we confirm your request by email and send you the emails listed below" in page.text
    assert "tick" not in page.soup.select_one("[aria-labelledby=emails]").get_text()
    assert client.submit(email="ana@").errors() == {
        "email": "Enter an email address in the correct format, like name@example.com"
    }


def test_by_submitting_the_same_form_twice_is_one_request(client, page_database, ask_by):
    ask_by("by_submitting")

    for _ in range(2):
        client.submit(email="ana@example.com")

    with page_database.reading() as session:
        assert len(session.scalars(select(Lead)).all()) == 1


def test_a_form_that_is_not_ours_is_not_told_to_tick_what_is_not_there(client, ask_by):
    ask_by("by_submitting")

    page = client.submit(stamp="forged", email="ana@example.com")

    assert page.status == 422
    assert "read what we say about emails" in page.summary()["send"]
    assert page.value("email") == "ana@example.com"
