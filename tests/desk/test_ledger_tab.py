"""Signed checkpoints in the clinic's own sheet."""

from datetime import timedelta

import pytest

from intake.desk.errors import SheetNotSetUp
from intake.desk.ledger_tab import LedgerTab
from intake.ledger.anchoring import Anchoring, notes_in, put_into_file
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys
from intake.ledger.sealing import Sealing
from tests.conftest import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def sealing(database, tmp_path):
    return Sealing(database, tmp_path / "keys", "test/log")


@pytest.fixture
def tab(sandbox, google, clinic):
    return LedgerTab(google, clinic.time_zone)


def test_checkpoints_are_kept_in_the_sheet_and_in_a_file_at_the_clinics_pace(
    tab, sealing, database, add_lead, tmp_path, sandbox
):
    anchoring = Anchoring(
        database, {"sheet": tab.put, "file": lambda checkpoint: put_into_file(tmp_path, checkpoint)}, 24 * HOUR
    )
    for hours in (0, 1, 25):
        add_lead()
        sealing.step(NOON + hours * HOUR)
        anchoring.step(NOON + hours * HOUR)

    notes = tab.notes()
    assert [note.split("\n")[1] for note in notes] == [
        "26",
        "14",
    ]  # eight publications, six events of each request; the newest on top; none after an hour only
    assert notes_in((tmp_path / "ledger_anchors.txt").read_text()) == notes[::-1]
    assert sandbox.values("Ledger")[1][1] == "26"
    with database.reading() as session:
        assert audit(session, known_keys(tmp_path / "keys"), notes).wrong == []


def test_a_checkpoint_that_somebody_changed_in_the_sheet_is_found(tab, sealing, database, add_lead, tmp_path, sandbox):
    add_lead()
    sealing.step(NOON)
    Anchoring(database, {"sheet": tab.put}, HOUR).step(NOON)
    changed = tab.notes()[0].replace("\n14\n", "\n13\n")

    with database.reading() as session:
        assert "false" in audit(session, known_keys(tmp_path / "keys"), [changed]).wrong[0]


def test_a_place_that_fails_does_not_keep_back_the_others(tab, sealing, database, add_lead, tmp_path, google):
    add_lead()
    sealing.step(NOON)
    google.apply([{"deleteSheet": {"sheetId": google.tab_id("ledger")}}])
    places = {"sheet": tab.put, "file": lambda checkpoint: put_into_file(tmp_path, checkpoint)}

    Anchoring(database, places, HOUR).step(NOON)

    assert (tmp_path / "ledger_anchors.txt").exists()
    with pytest.raises(SheetNotSetUp, match="intake sheet setup"):
        tab.notes()


def test_nothing_is_anchored_before_something_was_sealed(tab, database):
    Anchoring(database, {"sheet": tab.put}, HOUR).step(NOON)

    assert tab.notes() == []
