"""A record that was corrected is written anew in the sheet within a look, and stays the same
row.
"""

from datetime import timedelta

import pytest

from intake.models import Lead, QueueRow
from intake.sheet.sync.readback import ReadBack
from tests.conftest import NOON

POLL = timedelta(seconds=15)


@pytest.fixture
def engine_name():
    """What happens here happens in the sheet."""
    return "sqlite"


@pytest.fixture
def read_back(delivery, database, google, clinic):
    return ReadBack(database, google, clinic)


@pytest.fixture
def correct(database):
    def correct(lead, **fields):
        with database.writing() as session:
            for name, value in fields.items():
                setattr(session.get_one(Lead, lead.id), name, value)

    return correct


def test_one_look_writes_name_and_number_anew_and_leaves_what_staff_wrote(
    delivery, read_back, add_lead, sandbox, correct, database
):
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    sandbox.staff("edit", row=2, column=16, value="call after five")
    correct(ana, name="Anna Maria", phone="+16475550100", voicemail_ok=True, call_language="fr")

    read_back.step(NOON + POLL)

    rows = {row["Ref"]: row for row in sandbox.rows()}
    assert (rows[ana.ref]["Name"], rows[ana.ref]["Phone"]) == ("Anna Maria", "+16475550100")
    assert (rows[ana.ref]["Voicemail OK"], rows[ana.ref]["Language"]) == ("Yes", "French")
    assert rows[ana.ref]["Notes"] == "call after five"
    assert rows[ben.ref]["Name"] == "Ben"
    with database.reading() as session:
        assert session.get(QueueRow, ana.id).missing_since is None


def test_of_two_requests_of_a_person_within_a_minute_the_one_that_was_corrected_keeps_its_row(
    delivery, read_back, add_lead, sandbox, correct, database
):
    first, second = (
        add_lead(name="Ana", phone="416 555 0123", best_time=time)
        for time in ("morning", "evening")
    )
    delivery.step(NOON)
    sandbox.staff("edit", row=1, column=16, value="about the second")
    correct(second, phone="+16475550100")

    for polls in range(1, 4):
        read_back.step(NOON + polls * POLL)

    rows = {row["Ref"]: row for row in sandbox.rows()}
    assert (rows[first.ref]["Phone"], rows[second.ref]["Phone"]) == ("+14165550123", "+16475550100")
    with database.reading() as session:
        assert session.get(QueueRow, second.id).notes == "about the second"
        assert not any(session.get(QueueRow, one.id).is_duplicated for one in (first, second))
