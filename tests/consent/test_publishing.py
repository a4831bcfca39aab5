"""Publishing: what may be published, what changes, and what is recorded of it."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from intake.config.clinic import Address, Phones, Sender
from intake.consent import rendering, statements
from intake.consent.difference import difference
from intake.consent.publishing import PublishedMeanwhile, changes, is_published, publish
from intake.consent.requirements import Unpublishable, missing
from intake.consent.statements import current_statements
from intake.consent.wording import WITHDRAWAL, compose
from intake.languages import LANGUAGES, translator
from intake.migrate import alembic_config, migrate
from intake.models import Basis, ConsentRendering, ConsentStatement, LedgerEntry, Purpose
from tests.conftest import NOON
from tests.factories import asking_by_submitting

NO_ADDRESS = Address.model_construct(street="", city="Ottawa", province="ON", postal_code="K1A 0B1")
NO_CONTACT = {"phones": Phones.model_construct(reception="", calls_from=""), "email": "", "web": ""}
MODES = ("boxes", "by_submitting")


def asking(clinic, mode):
    return asking_by_submitting(clinic) if mode == "by_submitting" else clinic


def recorded(session, kind):
    found = session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == kind).order_by(LedgerEntry.id)
    )
    return [json.loads(entry.canonical) for entry in found]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("altered", "said"),
    [
        (
            {"senders": ()},
            (
                "the sender’s name is missing in English and French (SOR/2012-36 s. 4(a), "
                "(b)); name each"
            ),
        ),
        (
            {"senders": (Sender.model_construct(name=" "),)},
            "the sender’s name is missing in English and French",
        ),
        (
            {"senders": (Sender(name="Riverside", on_behalf_of=" "),)},
            "the sender’s name is missing",
        ),
        (
            {"address": NO_ADDRESS},
            "the postal address is missing in English and French (SOR/2012-36 s. 4(d))",
        ),
        (
            NO_CONTACT,
            (
                "a phone number, email or web address is missing in English and French "
                "(SOR/2012-36 s. 4(d))"
            ),
        ),
        (
            {"senders": (Sender(name="River\n\nside"),)},
            "a text of one line for each paragraph is missing in English",
        ),
        (
            {"display_name": "River\nside", "senders": (Sender(name="River\nside"),)},
            "write each name in the clinic file",
        ),
    ],
)
def test_words_that_lack_what_the_law_asks_for_are_not_published(
    session, clinic, mode, altered, said
):
    lacking = asking(clinic, mode).model_copy(update=altered)

    with pytest.raises(Unpublishable) as refused:
        publish(session, lacking, now=NOON)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {one.version for one in session.scalars(select(ConsentStatement))} == {1}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_what_is_missing_is_seen_in_the_words_themselves(clinic, mode, language, purpose):
    clinic = asking(clinic, mode)
    words = compose(clinic, purpose, language)
    address, withdrawal = clinic.address.line, translator(language)(WITHDRAWAL)
    without = {
        "the sender’s name": [clinic.senders[0].name],
        "the postal address": [address],
        "a phone number, email or web address": ["613-555-0100", clinic.email, str(clinic.web)],
        "the sentence on withdrawal": [withdrawal],
    }

    assert missing(clinic, words, language) == []
    for what, texts in without.items():
        notice = words.notice
        for said in texts:
            notice = notice.replace(said, "")
        assert [duty.what for duty in missing(clinic, replace(words, notice=notice), language)] == [
            what
        ]
    assert [duty.what for duty in missing(clinic, replace(words, box=" "), language)]


def test_one_contact_of_three_is_enough_and_each_sender_must_be_named(clinic):
    words = compose(clinic, Purpose.NEWS, "en")
    phone_only = replace(
        words, notice=words.notice.replace(clinic.email, "").replace(str(clinic.web), "")
    )
    for_another = clinic.model_copy(
        update={"senders": (Sender(name="Mailer Inc.", on_behalf_of="Riverside"),)}
    )

    assert missing(clinic, phone_only, "en") == []
    assert "Mailer Inc., on behalf of Riverside" in compose(for_another, Purpose.NEWS, "en").notice
    assert [duty.what for duty in missing(for_another, words, "en")] == ["the sender’s name"]


def test_english_words_do_not_pass_for_french_ones(clinic):
    english = compose(clinic, Purpose.NEWS, "en")

    assert [duty.what for duty in missing(clinic, english, "fr")] == ["the sentence on withdrawal"]


def test_changing_the_way_of_asking_publishes_new_versions_that_count_as_implied(session, clinic):
    changed = asking_by_submitting(clinic)

    added = publish(session, changed, now=NOON)

    assert {(one.version, one.basis) for one in added} == {(2, Basis.IMPLIED)}
    assert len(added) == 6
    english = current_statements(session, clinic.key, "en")
    assert {one.notice.splitlines()[0] for one in english} == {
        "By submitting this form with your email address, you are consenting to "
        "Riverside Physio & Wellness emailing you:"
    }
    assert is_published(session, changed)
    assert not is_published(session, clinic)
    assert {(one.version, one.basis) for one in publish(session, clinic, now=NOON)} == {
        (3, Basis.EXPRESS)
    }


def test_only_the_purpose_whose_words_changed_gets_a_new_version_in_both_languages(
    session, clinic, monkeypatch
):
    monkeypatch.setattr(
        "intake.consent.publishing.compose",
        lambda clinic, purpose, language: (
            replace(compose(clinic, purpose, language), hint="Once a year")
            if (purpose, language) == (Purpose.NEWS, "en")
            else compose(clinic, purpose, language)
        ),
    )

    added = publish(session, clinic, now=NOON)

    assert {(one.purpose, one.language, one.version) for one in added} == {
        (Purpose.NEWS, "en", 2),
        (Purpose.NEWS, "fr", 2),
    }
    assert [one.version for one in current_statements(session, clinic.key, "en")] == [1, 1, 2]
    assert len(recorded(session, "rendering")) == 4


def test_what_would_change_can_be_read_before_it_is_published(session, clinic):
    moved = clinic.model_copy(update={"email": "new@example.com"})

    first = next(iter(changes(session, moved)))
    lines = list(difference(first))

    assert lines[0] == "reminders in English: version 1 (express) → version 2 (express)"
    assert lines[1] == "    Email me appointment reminders"
    assert [line[:4] for line in lines[1:]] == ["    ", "    ", "  - ", "  + ", "    "]
    assert "Email: [hello@riverside.example.com.] Web:" in lines[3]
    assert "Email: [new@example.com.] Web:" in lines[4]


def test_a_change_of_mode_reads_as_old_and_new_words(session, clinic):
    lines = list(difference(next(iter(changes(session, asking_by_submitting(clinic))))))

    assert lines[0] == "reminders in English: version 1 (express) → version 2 (implied)"
    assert "  - Email me appointment reminders" in lines
    assert "  + Appointment reminders" in lines
    assert any(line.startswith("  + By submitting this form") for line in lines)


def test_each_publication_is_recorded_in_the_ledger_by_hashes(session, clinic):
    publish(session, clinic.model_copy(update={"email": "new@example.com"}), now=NOON)
    published = session.scalars(select(ConsentStatement).order_by(ConsentStatement.id)).all()
    renderings = session.scalars(
        select(ConsentRendering).order_by(ConsentRendering.published_at)
    ).all()

    assert len(published) == 12
    assert recorded(session, "statement") == [
        statements.statement_facts(one) | {"kind": "statement"} for one in published
    ]
    assert len(renderings) == 4
    known = {
        one.sha256: rendering.rendering_facts(one) | {"kind": "rendering"} for one in renderings
    }
    assert {record["sha256"]: record for record in recorded(session, "rendering")} == known
    assert all(sha256(one.html.encode()).hexdigest() == one.sha256 for one in renderings)


def test_publishing_again_records_nothing_twice(session, clinic):
    before = session.query(LedgerEntry).count()

    publish(session, clinic, now=NOON)
    session.flush()

    assert session.query(LedgerEntry).count() == before


def test_two_who_publish_at_once_do_not_both_succeed(session, clinic, monkeypatch):
    moved = clinic.model_copy(update={"email": "new@example.com"})
    publish(session, moved, now=NOON)
    seen_before = {
        (one.purpose, one.language): one
        for language in LANGUAGES
        for one in session.scalars(
            select(ConsentStatement).where(
                ConsentStatement.language == language, ConsentStatement.version == 1
            )
        )
    }
    monkeypatch.setattr("intake.consent.publishing._current", lambda *_: seen_before)

    with pytest.raises(PublishedMeanwhile, match="Somebody else published"):
        publish(session, moved, now=NOON)


@pytest.mark.parametrize(
    "attack", ["UPDATE consent_rendering SET html = 'x'", "DELETE FROM consent_rendering"]
)
def test_how_it_looked_cannot_be_changed(session, attack):
    with pytest.raises(DBAPIError, match=r"append-only|not authorized"):
        session.execute(text(attack))


def test_words_published_before_there_was_a_ledger_get_the_same_record_with_the_upgrade(
    database, session
):
    written = recorded(session, "statement")
    session.rollback()
    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), "0002")

    migrate(database)

    assert recorded(session, "statement") == written
    assert len(written) == 6
