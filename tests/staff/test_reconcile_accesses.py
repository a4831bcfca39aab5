"""The access log against the ledger: a line that was taken away, altered or made to tell of another
is found.
"""

from typing import Any

import pytest
from sqlalchemy import select, text

from intake.models import Act, Lead
from intake.staff import access_log
from intake.staff.access_log import note, note_all
from intake.staff.actor import COMMAND_LINE
from intake.staff.reconcile import reconcile_accesses
from tests.conftest import NOON
from tests.factories import Factory, many_leads
from tests.ledger.administrator import as_administrator

WHERE: dict[str, Any] = {"clinic": "riverside", "endpoint": "consents.person", "now": NOON}


@pytest.fixture
def seen(database, clinic):
    """Somebody searched, and looked at Ana's and Ben's records, at Ben's with a reason."""
    with database.writing() as session:
        ana, ben = Factory(session, clinic)(), Factory(session, clinic)(name="Ben")
        session.flush()
        note(session, COMMAND_LINE, Act.SEARCHED, "search by name", **WHERE)
        note(session, COMMAND_LINE, Act.VIEWED, "consent timeline", [ana, ben], **WHERE)
        note(
            session,
            COMMAND_LINE,
            Act.REVEALED,
            "contact details",
            [ben],
            reason="Ben asked by phone",
            **WHERE,
        )
        return ana, ben


def found(database):
    with database.reading() as session:
        return list(reconcile_accesses(session))


def test_an_untouched_log_is_in_order(seen, database):
    assert found(database) == []


ALTERATIONS = {
    "another person's": (
        ["UPDATE access_subject SET lead_id = 3 - lead_id WHERE entry_id = 3"],
        "requests was recorded",
    ),
    "nobody's": (["DELETE FROM access_subject WHERE entry_id = 2"], "requests was recorded"),
    "another act": (
        ["UPDATE access_log SET act = 'listed' WHERE id = 3"],
        "act was recorded as “revealed”",
    ),
    "somebody else's": (
        ["UPDATE access_log SET actor = 'a@clinic.example' WHERE id = 3"],
        "names somebody else",
    ),
    "another time": (
        ["UPDATE access_log SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3"],
        "at was recorded",
    ),
    "another reason": (
        ["UPDATE access_log SET reason = 'Routine' WHERE id = 3"],
        "its reason is not the one",
    ),
    "no reason": (
        ["UPDATE access_log SET reason = NULL WHERE id = 3"],
        "its reason is not the one",
    ),
    "the line gone": (
        ["DELETE FROM access_subject WHERE entry_id = 3", "DELETE FROM access_log WHERE id = 3"],
        "its line is gone from the access log",
    ),
    "the record gone": (
        ["DELETE FROM ledger_entry WHERE kind = 'access'"],
        "its record is not in the ledger",
    ),
    "a record that cannot be read": (
        ["UPDATE ledger_entry SET canonical = leaf WHERE kind = 'access'"],
        "its record cannot be read",
    ),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_what_was_altered_is_found(seen, database, alteration):
    statements, said = ALTERATIONS[alteration]
    with as_administrator(database) as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert any(said in sentence for sentence in found(database)), found(database)
    assert "Ben" not in "".join(found(database))


def test_a_reason_may_go_with_the_person_it_tells_of(seen, database):
    with database.writing() as session:
        session.execute(text("UPDATE access_log SET reason = NULL, reason_salt = NULL"))
        session.get(Lead, seen[1].id).erased_at = NOON

    assert found(database) == []


def test_an_access_to_very_many_names_them_by_a_digest_and_each_in_the_table(
    database, clinic, monkeypatch
):
    monkeypatch.setattr(access_log, "MANY", 3)
    with database.writing() as session:
        many_leads(session, clinic, 5)
        note_all(session, COMMAND_LINE, Act.EXPORTED, "consent events", select(Lead.id), **WHERE)
    assert found(database) == []

    with as_administrator(database) as connection:
        connection.execute(
            text("DELETE FROM access_subject WHERE lead_id = (SELECT max(id) FROM lead)")
        )

    assert "5 requests, sha256" in found(database)[0]
