import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from intake.consent.publishing import is_published, publish
from intake.consent.statements import current_statement
from intake.ledger import commitment, leaf_hash
from intake.models import ConsentEvent, ConsentStatement, Decision, LedgerEntry, Purpose
from tests.conftest import NOON


def test_an_answer_names_the_version_and_the_hash_of_the_words_that_were_shown(
    session, clinic, lead
):
    ana = lead(agreed_to={Purpose.NEWS}, language="fr")
    event = next(
        e
        for e in ana.consent_events
        if e.purpose is Purpose.NEWS and e.decision is not Decision.SHOWN
    )
    words = current_statement(session, clinic.key, Purpose.NEWS, "fr")

    assert event.decision is Decision.GIVEN
    assert (event.statement_version, event.statement_sha256, event.language) == (
        1,
        words.sha256,
        "fr",
    )
    assert (event.page, event.method, event.actor) == ("/fr/", "checkbox", "patient")
    assert (event.control, event.default_state, event.source) == ("checkbox", "unticked", "form")
    assert event.occurred_at == NOON


def test_what_is_hashed_holds_commitments_and_nothing_personal(session, lead):
    ana = lead(agreed_to=set(Purpose))
    event = ana.consent_events[0]
    session.flush()
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.leaf == event.leaf)).one()
    record = json.loads(entry.canonical)

    assert entry.leaf == leaf_hash(entry.canonical)
    assert record["person"]["email"] == commitment(ana.salt, "email", "ana@example.com")
    for personal in (ana.name, ana.phone, ana.email, ana.phone_typed):
        assert personal not in entry.canonical.decode()


def test_publishing_again_changes_nothing_until_the_words_change(session, clinic):
    assert publish(session, clinic, now=NOON) == []

    moved = clinic.model_copy(
        update={"legal_name": "x", "senders": clinic.senders[:1], "email": "new@example.com"}
    )
    assert not is_published(session, moved)
    added = publish(session, moved, now=NOON)

    assert {(s.language, s.version) for s in added} == {("en", 2), ("fr", 2)}
    assert len(added) == 6
    assert is_published(session, moved)


def test_the_words_say_who_asks_and_that_consent_can_be_withdrawn(session, clinic):
    english = current_statement(session, clinic.key, Purpose.NEWS, "en")
    french = current_statement(session, clinic.key, Purpose.NEWS, "fr")

    for statement in (english, french):  # SOR/2012-36 s. 4
        for said in (clinic.legal_name, clinic.address.line, clinic.email, "613-555-0100"):
            assert said in statement.notice
    assert "withdraw" in english.notice
    assert "never sold" in english.notice
    assert "retirer" in french.notice
    assert english.box != french.box


def test_an_answer_without_its_words_is_refused(session, lead):
    ana = lead()
    event = ConsentEvent(
        uid="u",
        lead_id=ana.id,
        decision=Decision.GIVEN,
        purpose=Purpose.NEWS,
        method="m",
        page="/",
        release="0",
        actor="patient",
        occurred_at=NOON,
        recorded_at=NOON,
        leaf=b"",
    )
    session.add(event)

    with pytest.raises(DBAPIError, match="says_which_words"):
        session.flush()


def test_a_version_is_published_once(session, clinic):
    first = current_statement(session, clinic.key, Purpose.NEWS, "en")
    session.add(
        ConsentStatement(
            clinic=first.clinic,
            purpose=first.purpose,
            channel=first.channel,
            language="en",
            version=first.version,
            box="other",
            hint="",
            notice="",
            sha256="0" * 64,
            published_at=NOON,
        )
    )

    with pytest.raises(DBAPIError):
        session.flush()
