"""Signed checkpoints in the clinic's own sheet."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intake.ledger.anchoring import Anchoring, AnchorPlace, every_one, newest
from intake.ledger.audit import audit
from intake.ledger.kept_checkpoints import numbered
from intake.ledger.kept_notes import add_note, notes_in
from intake.ledger.keys import known_keys
from intake.ledger.sealing import Sealing
from intake.models import Anchor, StoredCheckpoint
from intake.sheet.errors import SheetNotSetUp
from intake.sheet.sync.ledger_tab import LedgerTab
from tests.conftest import NOON

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def sealing(database, tmp_path):
    return Sealing(database, tmp_path / "keys", "test/log")


@pytest.fixture
def tab(sandbox, google, clinic):
    return LedgerTab(google, clinic.time_zone)


@pytest.fixture
def anchoring(tab, database, tmp_path):
    """The sheet and the file, as the relay keeps them."""
    places = {
        "sheet": AnchorPlace(tab.put, newest),
        "file": AnchorPlace(lambda checkpoint: add_note(tmp_path, checkpoint.note), every_one),
    }
    return Anchoring(database, tmp_path / "keys", places)


def test_the_file_gets_every_checkpoint_and_the_sheet_the_newest_within_a_minute(
    tab, sealing, anchoring, database, add_lead, tmp_path, sandbox
):
    for seconds in (0, 5, 10, 60, 65):
        add_lead()
        sealing.step(NOON + seconds * SECOND)
        if seconds in {0, 10, 60}:
            anchoring.step(NOON + seconds * SECOND)

    with database.reading() as session:
        signed = [
            (one.size, one.note)
            for one in session.scalars(select(StoredCheckpoint).order_by(StoredCheckpoint.id))
        ]
    in_file = notes_in((tmp_path / "ledger_anchors.txt").read_text())
    assert in_file == [note for _, note in signed[:4]], "one was signed after the last look"
    assert tab.notes() == [signed[3][1], signed[0][1]], (
        "the newest on top; not two within half a minute"
    )
    assert sandbox.values("Ledger")[1][1] == str(signed[3][0])
    anchoring.step(NOON + 125 * SECOND)
    assert tab.notes()[0] == signed[4][1]
    with database.reading() as session:
        assert audit(session, known_keys(tmp_path / "keys"), numbered(tab.notes())).wrong == []


def test_nothing_new_is_nothing_to_keep(tab, sealing, anchoring, add_lead, tmp_path):
    add_lead()
    sealing.step(NOON)
    for minutes in range(5):
        anchoring.step(NOON + minutes * MINUTE)

    assert (len(tab.notes()), len(notes_in((tmp_path / "ledger_anchors.txt").read_text()))) == (
        1,
        1,
    )


def test_who_deletes_what_tells_where_they_were_kept_only_has_the_newest_kept_twice(
    tab, sealing, anchoring, database, add_lead, tmp_path
):
    add_lead()
    sealing.step(NOON)
    anchoring.step(NOON)
    with database.writing() as session:
        session.execute(delete(Anchor))

    anchoring.step(NOON + MINUTE)

    assert len(notes_in((tmp_path / "ledger_anchors.txt").read_text())) == 1


def test_what_no_key_of_the_log_signed_is_kept_nowhere(
    tab, sealing, anchoring, database, add_lead, tmp_path
):
    add_lead()
    sealing.step(NOON)
    with database.writing() as session:
        session.add(
            StoredCheckpoint(
                size=99, root=b"0" * 32, note="test/log\n99\nforged\n\n— x y\n", signed_at=NOON
            )
        )

    anchoring.step(NOON)

    assert tab.notes() == []
    assert len(notes_in((tmp_path / "ledger_anchors.txt").read_text())) == 1


def test_a_checkpoint_that_somebody_changed_in_the_sheet_is_found(
    tab, sealing, anchoring, database, add_lead, tmp_path
):
    add_lead()
    sealing.step(NOON)
    anchoring.step(NOON)
    origin, size, *rest = tab.notes()[0].split("\n")
    changed = "\n".join([origin, str(int(size) - 1), *rest])

    with database.reading() as session:
        assert (
            "false" in audit(session, known_keys(tmp_path / "keys"), numbered([changed])).wrong[0]
        )


def test_a_place_that_fails_does_not_keep_back_the_others(
    tab, sealing, anchoring, add_lead, tmp_path, google
):
    add_lead()
    sealing.step(NOON)
    google.apply([{"deleteSheet": {"sheetId": google.tab_id("ledger")}}])

    anchoring.step(NOON)

    assert (tmp_path / "ledger_anchors.txt").exists()
    with pytest.raises(SheetNotSetUp, match="intake sheet setup"):
        tab.notes()


def test_nothing_is_anchored_before_something_was_sealed(tab, anchoring):
    anchoring.step(NOON)

    assert tab.notes() == []
