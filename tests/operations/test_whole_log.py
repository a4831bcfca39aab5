"""The whole log verified in several processes: the same is found as in one, in the same order and
words.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

import intake.one_moment
from intake.consent.withdraw import withdraw
from intake.ledger.keys import known_keys
from intake.ledger.seal import seal
from intake.models import Act, Purpose
from intake.operations.whole_log import verify_whole
from intake.staff.access_log import note
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, Factory
from tests.ledger.administrator import as_administrator

PAGE = "page was recorded as"
FAULTS = {
    "one in each part": {
        "UPDATE ledger_entry SET kind = 'other' WHERE id = 1": "is filed under another kind",
        "UPDATE consent_event SET page = '/elsewhere' WHERE id IN (1, 18)": PAGE,
        "UPDATE consent_statement SET box = 'We mail what we like'": (
            "its words are not the published ones"
        ),
        "UPDATE consent_rendering SET html = 'nothing'": "it is not the block that was on screen",
        "UPDATE lead SET name = 'Somebody' WHERE id = 2": "name is not what was recorded",
        "UPDATE access_log SET act = 'listed'": "act was recorded as",
    },
    "in the middle, and on people": {
        "DELETE FROM consent_event WHERE id BETWEEN 6 AND 9": (
            "4 records of consent events are in the ledger"
        ),
        "DELETE FROM consent_opening": "what the person entered is gone",
        "UPDATE lead SET email_hash = 'other' WHERE id = 3": "has another hash than elsewhere",
        "UPDATE lead SET erased_at = call_by WHERE id = 1": "as if the person was erased",
        "DELETE FROM suppression": "reminders was withdrawn, but the address",
    },
    "ids far apart, in another order": {
        "UPDATE consent_event SET id = -100000 * id": (
            "comes after events of its person that were recorded later"
        ),
        "UPDATE consent_event SET page = '/elsewhere'": PAGE,
    },
    "no event left": {
        "DELETE FROM consent_event": "20 records of consent events are in the ledger"
    },
}
"""Statements of whoever has the database, with what is told of each."""


@pytest.fixture
def keys(database, clinic, tmp_path):
    """Three requests of one person, who withdrew later, and a look at them are sealed; the keys of
    the log.
    """
    with database.writing() as session:
        add = Factory(session, clinic)
        leads = [add(agreed_to={Purpose.NEWS}, now=NOON) for _ in range(3)]
    with database.writing() as session:
        withdraw(
            session,
            session.merge(leads[0]),
            {Purpose.REMINDERS, Purpose.NEWS},
            BUTTON,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=NOON + timedelta(hours=1),
        )
        note(
            session,
            COMMAND_LINE,
            Act.VIEWED,
            "timeline",
            leads,
            clinic=clinic.key,
            endpoint="person",
            now=NOON,
        )
    with database.writing() as session:
        seal(session, tmp_path, "log", now=NOON)
    return known_keys(tmp_path)


def both(database, clinic, keys):
    return [
        verify_whole(database, clinic.key, keys, [], processes=processes) for processes in (1, 2)
    ]


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_faults_in_any_part_are_told_alike(keys, database, clinic, faults):
    with as_administrator(database) as connection:
        for statement in faults:
            connection.execute(text(statement))

    one, two = both(database, clinic, keys)

    assert two == one
    told = "\n".join([*one.audit.wrong, *one.differences])
    assert [sentence for sentence in faults.values() if sentence not in told] == [], told


def test_each_event_is_looked_at_once_and_in_its_order(keys, database, clinic):
    with as_administrator(database) as connection:
        connection.execute(text("UPDATE consent_event SET page = '/elsewhere'"))
        events = (
            connection.execute(text("SELECT uid FROM consent_event ORDER BY id")).scalars().all()
        )

    for found in both(database, clinic, keys):
        assert [told.split(":")[0] for told in found.differences] == [
            f"consent event {uid}" for uid in events
        ]


def test_a_log_in_order_is_found_in_order(keys, database, clinic):
    for found in both(database, clinic, keys):
        assert (found.audit.wrong, found.differences, found.audit.size) == ([], [], 14)


def test_where_processes_do_not_start_one_does_it(keys, database, clinic, monkeypatch, caplog):
    monkeypatch.setattr(intake.one_moment, "START_WITHIN", 0)

    found = verify_whole(database, clinic.key, keys, [], processes=2)

    assert (found.audit.wrong, found.differences) == ([], [])
    assert "verified in one process" in caplog.text
