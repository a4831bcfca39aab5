"""The tables against the ledger: what was altered beside the hashed bytes is found, with its
place.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from intake.consent.reconcile import reconcile
from intake.consent.record import Manner, record
from intake.consent.withdraw import withdraw
from intake.models import Decision, Purpose
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, Factory
from tests.ledger.administrator import as_administrator

STAFF = Manner("button", "button", "none", "staff", "staff", "")


@pytest.fixture
def agreed(database, clinic):
    """Ana agreed to news and refused the rest; Ben refused everything."""
    with database.writing() as session:
        add = Factory(session, clinic)
        return add(agreed_to={Purpose.NEWS}, now=NOON), add(name="Ben", now=NOON)


def found(database, clinic):
    with database.reading() as session:
        return list(reconcile(session, clinic.key))


def test_an_untouched_record_is_in_order(agreed, database, clinic):
    assert found(database, clinic) == []


ALTERATIONS = {
    "a refusal made an agreement": (
        "UPDATE consent_event SET decision = 'given' WHERE decision = 'refused'",
        "decision was recorded",
    ),
    "another time": (
        "UPDATE consent_event SET occurred_at = '2026-01-01 00:00:00+00:00'",
        "occurred_at was recorded",
    ),
    "another version": (
        "UPDATE consent_event SET statement_version = 9",
        "statement_version was recorded",
    ),
    "an answer given another id": (
        "UPDATE consent_event SET uid = 'other' WHERE id = 2",
        "tells of other events",
    ),
    "all answers of a form deleted": (
        "DELETE FROM consent_event WHERE lead_id = 2",
        "6 records of consent events are",
    ),
    "an answer put to another form": (
        (
            "UPDATE consent_event SET leaf = (SELECT leaf FROM consent_event WHERE id = 12) "
            "WHERE id = 1"
        ),
        "tells of other events",
    ),
    "another person": (
        "UPDATE consent_event SET lead_id = 3 - lead_id",
        "it was recorded for request",
    ),
    "an event deleted": ("DELETE FROM consent_event WHERE id = 2", "the events were deleted"),
    "a record deleted": (
        (
            "DELETE FROM ledger_entry WHERE kind = 'request' AND id = (SELECT max(id) FROM "
            "ledger_entry)"
        ),
        "its record is not in the ledger",
    ),
    "other words": (
        "UPDATE consent_statement SET box = 'We mail you whatever we like'",
        "its words are not the published ones",
    ),
    "a statement's basis": (
        "UPDATE consent_statement SET basis = 'implied'",
        "statements are not what was recorded",
    ),
    "a statement deleted": (
        "DELETE FROM consent_rendering",
        "records of renderings have no row any more",
    ),
    "another address": (
        (
            'UPDATE consent_opening SET "values" = replace(CAST("values" AS TEXT), \'ana@\', '
            "'bob@'){cast}"
        ),
        "the person's email is not the one",
    ),
    "a record that cannot be read": (
        (
            "UPDATE ledger_entry SET canonical = leaf WHERE leaf = (SELECT max(leaf) FROM "
            "consent_event)"
        ),
        "its record cannot be read",
    ),
    "what opens a commitment deleted": (
        "DELETE FROM consent_opening WHERE leaf = (SELECT leaf FROM consent_event WHERE id = 2)",
        "though the person was not erased",
    ),
    "another address on the request": (
        "UPDATE lead SET email = 'bob@example.com' WHERE email IS NOT NULL",
        "another email address now than was recorded",
    ),
    "the hash of an address taken away": (
        "UPDATE lead SET email_hash = NULL",
        "has lost the hash of its address",
    ),
    "an address taken away": (
        "UPDATE consent_opening SET \"values\" = '{{}}'",
        "was recorded and is gone",
    ),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_what_was_altered_is_found(agreed, database, clinic, alteration):
    statement, said = ALTERATIONS[alteration]
    with as_administrator(database) as connection:
        connection.execute(text(statement.format(cast="" if database.is_sqlite else "::json")))

    assert any(said in sentence for sentence in found(database, clinic)), found(database, clinic)


@pytest.fixture
def stopped(agreed, database, clinic):
    """Ana agreed a second time, and an hour later stopped everything."""
    with database.writing() as session:
        again = Factory(session, clinic)(agreed_to={Purpose.NEWS}, now=NOON)
        session.flush()
        withdraw(
            session,
            again,
            set(Purpose),
            BUTTON,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=NOON + timedelta(hours=1),
        )


HIDDEN_WITHDRAWALS = {
    "counted before what it ended": (
        ["UPDATE consent_event SET id = -id WHERE decision = 'withdrawn'"],
        "comes after events of its person that were recorded later",
    ),
    "made another person's": (
        ["UPDATE lead SET email_hash = 'other' WHERE id = (SELECT max(id) FROM lead)"],
        "another hash than elsewhere",
    ),
    "taken off the list": (
        ["DELETE FROM suppression WHERE purpose = 'news'"],
        "news was withdrawn, but the address",
    ),
    "lifted on the list": (
        ["UPDATE suppression SET lifted_at = since WHERE purpose = 'news'"],
        "news was withdrawn, but the address",
    ),
}


def test_a_withdrawal_leaves_a_record_in_order(stopped, database, clinic):
    assert found(database, clinic) == []


@pytest.mark.parametrize("way", HIDDEN_WITHDRAWALS)
def test_a_withdrawal_that_was_hidden_is_found(stopped, database, clinic, way):
    statements, said = HIDDEN_WITHDRAWALS[way]
    with as_administrator(database) as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert any(said in sentence for sentence in found(database, clinic)), found(database, clinic)


def test_an_erased_person_leaves_a_record_in_order(agreed, database, clinic):
    erase(database, agreed)

    assert found(database, clinic) == []


def erase(database, leads, *, recorded=True):
    with database.writing() as session:
        for lead in leads if recorded else ():
            record(session, session.merge(lead), None, Decision.ERASED, STAFF, now=NOON)
        session.flush()
        session.execute(text("DELETE FROM consent_opening"))
        session.execute(
            text(
                "UPDATE lead SET salt = NULL, name = '', phone = '', email = NULL, "
                "erased_at = call_by"
            )
        )


def test_nobody_is_emptied_as_if_erased_without_a_record_of_it(agreed, database, clinic):
    erase(database, agreed, recorded=False)

    assert found(database, clinic) == [
        (
            f"request {lead.ref}: it was emptied as if the person was erased, but no erasure "
            "was recorded"
        )
        for lead in agreed
    ]


def test_an_erasure_that_was_recorded_and_not_done_is_found(agreed, database, clinic):
    with database.writing() as session:
        record(session, session.merge(agreed[1]), None, Decision.ERASED, STAFF, now=NOON)

    assert found(database, clinic) == [
        f"request {agreed[1].ref}: its erasure was recorded, but it is not erased"
    ]


def test_nothing_personal_is_said(agreed, database, clinic):
    with as_administrator(database) as connection:
        connection.execute(text("UPDATE consent_event SET decision = 'withdrawn'"))

    said = "\n".join(found(database, clinic))
    assert said
    for personal in ("Ana", "ana@example.com", "+1416"):
        assert personal not in said
