"""The room of the words: what is published, publishing what was read, and on whose record it is."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from intake.config.clinic import Address
from intake.consent.comparison import Fate, compared
from intake.consent.publishing import changes, digest_of, publish
from intake.models import AccessLogEntry, Act, ConsentStatement, Role
from intake.staff.actor import person_of
from intake.staff.publish_words import NotWhatWasRead, publish_words
from intake.staff.reconcile import reconcile_accesses
from intake.staff.sessions import FRESH
from intake.web import KEY
from tests.conftest import NOON
from tests.factories import asking_by_submitting, staff

WORDS = "/admin/words"
MISSING = Address.model_construct(street="", city="Ottawa", province="ON", postal_code="K1A 0B1")


@pytest.fixture
def moved(clinic):
    """The clinic with another email address, which stands in every notice."""
    return clinic.model_copy(update={"email": "new@example.com"})


@pytest.fixture
def file_says(client):
    """`file_says(clinic)` is a restart of the web process after the clinic file was changed."""

    def restart(clinic):
        client.desk.extensions[KEY] = replace(client.house, clinic=clinic)

    return restart


def published(database):
    with database.reading() as session:
        return session.scalar(select(func.max(ConsentStatement.version)))


def recorded(database):
    with database.reading() as session:
        return session.scalars(
            select(AccessLogEntry).where(AccessLogEntry.act == Act.PUBLISHED)
        ).all()


# The rule


def test_who_publishes_is_on_record_in_the_verifiable_log(session, moved):
    dana = person_of(staff(session, Role.ADMIN))
    read = digest_of(changes(session, moved))

    added = publish_words(session, moved, dana, read=read, endpoint="words.publish", now=NOON)

    line = session.scalars(select(AccessLogEntry)).one()
    assert len(added) == 6
    assert (line.act, line.actor, line.staff_id, line.subjects) == (
        Act.PUBLISHED,
        dana.called,
        dana.staff_id,
        [],
    )
    assert line.what == "consent words: reminders version 2, care version 2, news version 2"
    assert list(reconcile_accesses(session)) == []


def test_what_was_not_read_is_not_published(session, clinic, moved):
    dana = person_of(staff(session, Role.ADMIN))
    read = digest_of(changes(session, moved))
    publish(session, asking_by_submitting(clinic), now=NOON)

    for another in (moved, clinic):
        with pytest.raises(NotWhatWasRead, match="Nothing was published"):
            publish_words(session, another, dana, read=read, endpoint="words.publish", now=NOON)

    assert session.scalar(select(func.max(ConsentStatement.version))) == 2
    assert session.scalars(select(AccessLogEntry)).all() == []


def test_publishing_what_is_published_leaves_no_trace(session, clinic):
    dana = person_of(staff(session, Role.ADMIN))

    assert publish_words(session, clinic, dana, read="", endpoint="words.publish", now=NOON) is None

    assert session.scalars(select(AccessLogEntry)).all() == []


def test_a_comparison_loses_no_word_of_either_text(page_database, clinic, moved):
    for another in (moved, asking_by_submitting(clinic)):
        with page_database.reading() as session:
            found = changes(session, another)
        for change in found:
            for part, paragraphs in compared(change).items():
                for fate, text in ((Fate.GOES, change.before), (Fate.COMES, change.words)):
                    kept = [
                        " ".join(run.words for run in one if run.fate in {Fate.STAYS, fate})
                        for one in paragraphs
                    ]
                    assert [line for line in kept if line] == getattr(text, part).splitlines()


# The page


def test_the_words_stand_side_by_side_and_nothing_is_to_be_done(client):
    client.sign_in(Role.ADMIN)

    page = client.get(WORDS)

    assert (
        "Version 1, since 2026-11-23 12:00. Agreement is express: the person ticks a box."
        in page.text
    )
    assert "It says what is published." in page.text
    assert "a changed file shows here after a restart of intake serve" in page.text
    assert [one.get_text() for one in page.soup.select("#published ~ .card h4")] == [
        "English",
        "French",
    ] * 3
    assert "Email me appointment reminders" in page.text
    assert (
        page.soup.select_one("#published ~ .card [lang=fr-CA]")
        .get_text()
        .startswith("Envoyez-moi par courriel")
    )
    assert not page.soup.select("main form, #earlier")


def test_a_changed_clinic_file_is_read_confirmed_and_published(
    client, page_database, file_says, moved
):
    member = client.sign_in(Role.ADMIN)
    file_says(moved)
    page = client.get(WORDS)
    assert "Reminders: version 1 → version 2" in page.text
    assert [one.get_text(" ", strip=True) for one in page.soup.select("del")][1:3] == [
        "[taken out: hello@riverside.example.com. ]",
        "[taken out: hello@riverside.example.com. ]",
    ]
    assert "[put in: new@example.com. ]" in page.text

    done = client.send(WORDS, {"read": page.value("read"), "sure": "y"})

    assert (done.status, done.response.location) == (303, WORDS)
    after = client.get(WORDS)
    assert (
        "Published in English and French: reminders version 2, care version 2, news version 2."
        in after.text
    )
    assert "Reminders, version 1: 2026-11-23 12:00 to 2026-11-23 12:00" in after.text
    assert [(one.actor, one.endpoint) for one in recorded(page_database)] == [
        (member.email, "words.publish")
    ]


def test_without_the_tick_nothing_is_published(client, page_database, file_says, moved):
    client.sign_in(Role.OWNER)
    file_says(moved)

    page = client.send(WORDS, {"read": client.get(WORDS).value("read")})

    assert (page.status, published(page_database)) == (422, 1)
    assert page.errors() == {"sure": "Read the words, and tick this if they may be published"}


def test_a_second_press_publishes_nothing_more(client, page_database, file_says, moved):
    client.sign_in(Role.ADMIN)
    file_says(moved)
    sent = {name: client.get(WORDS).value(name) for name in ("csrf_token", "read")} | {"sure": "y"}
    client.post(WORDS, sent)
    client.get(WORDS)

    assert client.post(WORDS, sent).status == 303

    assert "Nothing to publish: these words are published." in client.get(WORDS).text
    assert (published(page_database), len(recorded(page_database))) == (2, 1)


@pytest.mark.parametrize("data", [{"sure": "y"}, {}])
def test_what_changed_since_it_was_read_is_shown_again(
    client, page_database, clinic, file_says, moved, data
):
    client.sign_in(Role.ADMIN)
    file_says(moved)
    read = client.get(WORDS).value("read")
    file_says(asking_by_submitting(clinic))

    page = client.send(WORDS, data | {"read": read})

    assert (page.status, published(page_database)) == (409, 1)
    assert "has changed since you read it" in page.summary()["send"]
    assert page.ticked("sure") == []
    assert (
        "Agreement will be implied: sending the form with an email address counts as agreement."
        in page.text
    )
    assert client.send(WORDS, {"read": page.value("read"), "sure": "y"}).status == 303
    assert published(page_database) == 2


def test_words_that_lack_what_must_be_said_are_not_published(
    client, page_database, clinic, file_says
):
    client.sign_in(Role.ADMIN)
    read = client.get(WORDS).value("csrf_token")
    file_says(clinic.model_copy(update={"address": MISSING}))
    page = client.get(WORDS)
    assert (
        "The postal address is missing in English and French (SOR/2012-36 s. 4(d)); "
        "complete [address] in the clinic file." in page.text
    )
    assert not page.soup.select("main form")

    client.post(WORDS, {"csrf_token": read, "sure": "y"})

    assert "Nothing was published." in client.get(WORDS).text
    assert published(page_database) == 1


def test_an_older_clinic_file_is_known_for_one(client, page_database, clock, moved):
    with page_database.writing() as session:
        publish(session, moved, now=clock())
    client.sign_in(Role.ADMIN)

    page = client.get(WORDS)

    assert (
        "These words were published before, and replaced. If the clinic file was changed "
        "since, restart"
    ) in page.text


def test_a_release_that_shows_the_words_otherwise_keeps_a_copy(client, page_database, monkeypatch):
    monkeypatch.setattr(
        "intake.consent.rendering.render_block", lambda _, language: f"another look in {language}"
    )
    client.sign_in(Role.ADMIN)
    page = client.get(WORDS)
    assert "the form shows it in a new way, of which no copy is kept yet" in page.text

    client.send(WORDS, {"read": page.value("read"), "sure": "y"})

    assert "It is stored how the form shows the words." in client.get(WORDS).text
    assert [one.what for one in recorded(page_database)] == [
        "consent words: how the form shows them"
    ]


def test_an_auditor_reads_and_publishes_nothing(client, page_database, file_says, moved):
    client.sign_in(Role.AUDITOR)
    file_says(moved)

    page = client.get(WORDS)

    assert "Email me appointment reminders" in page.text
    assert not page.soup.select("#send, main form, del, ins")
    token = client.get("/admin/account").value("csrf_token")
    assert client.post(WORDS, {"csrf_token": token, "sure": "y"}).status == 403
    assert published(page_database) == 1


def test_publishing_needs_a_fresh_sign_in(client, page_database, file_says, moved, clock):
    client.sign_in(Role.ADMIN)
    file_says(moved)
    sent = {name: client.get(WORDS).value(name) for name in ("csrf_token", "read")} | {"sure": "y"}
    clock.now += FRESH
    client.get(WORDS)

    answer = client.post(WORDS, sent, headers={"Referer": f"http://localhost{WORDS}"})

    assert answer.response.location == f"/admin/verify?next={WORDS}"
    assert (published(page_database), recorded(page_database)) == (1, [])


def test_before_the_first_publication_all_of_it_is_new(client, page_database, clinic, file_says):
    elsewhere = clinic.model_copy(update={"key": "elsewhere"})
    file_says(elsewhere)
    client.sign_in(Role.ADMIN, clinic="elsewhere")

    page = client.get(WORDS)

    assert "No words are published yet, so forms ask for no consent." in page.text
    assert "Reminders: version 1 Agreement will be express" in page.text
    assert page.soup.select("ins")
    assert not page.soup.select(".wording del")
