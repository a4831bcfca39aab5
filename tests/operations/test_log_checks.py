"""The doctor's quick look at the consent log."""

from datetime import timedelta

import pytest

from intake.ledger.anchoring import Anchoring, AnchorPlace, every_one
from intake.ledger.sealing import Sealing
from intake.operations.log_checks import check_log
from intake.sqlite_guard import LOG
from tests.conftest import NOON
from tests.factories import Factory
from tests.ledger.administrator import as_administrator

HOUR = timedelta(hours=1)


@pytest.fixture
def agreed(database, clinic):
    with database.writing() as session:
        Factory(session, clinic)(now=NOON)


def anchored(database, tmp_path, *places):
    kept = {place: AnchorPlace(lambda _: None, every_one) for place in places}
    Anchoring(database, tmp_path / "keys", kept).step(NOON)


def test_a_log_that_is_sealed_and_anchored_is_in_order(agreed, database, clinic, tmp_path):
    Sealing(database, tmp_path / "keys", "test/log").step(NOON)
    anchored(database, tmp_path, "file", "sheet")

    assert (
        check_log(database, clinic, now=NOON + HOUR).line
        == "ok    consent log: 9 records, append-only"
    )


def test_records_that_wait_and_checkpoints_that_stay_here_are_said(
    agreed, database, clinic, tmp_path
):
    assert "wait to be sealed" in check_log(database, clinic, now=NOON + HOUR).sentence
    Sealing(database, tmp_path / "keys", "test/log").step(NOON)

    assert (
        "no checkpoint was kept in the tab “Ledger” yet"
        in check_log(database, clinic, now=NOON + HOUR).sentence
    )
    anchored(database, tmp_path, "sheet")
    assert "in the file beside the key yet" in check_log(database, clinic, now=NOON + HOUR).sentence
    anchored(database, tmp_path, "file", "sheet")
    assert not check_log(database, clinic, now=NOON + 49 * HOUR).is_warning, (
        "nothing new is nothing to keep"
    )
    with database.writing() as session:
        Factory(session, clinic)(now=NOON + 49 * HOUR)
    Sealing(database, tmp_path / "keys", "test/log").step(NOON + 49 * HOUR)
    late = check_log(database, clinic, now=NOON + 50 * HOUR)
    assert late.is_warning
    assert "since 2026-11-23" in late.sentence


def test_a_trigger_that_was_taken_away_is_a_failure(agreed, database, clinic):
    with as_administrator(database):
        pass

    found = check_log(database, clinic, now=NOON)

    assert found.is_failure
    assert all(table in found.sentence for table in LOG)
