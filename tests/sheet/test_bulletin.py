"""The Pipeline tab tells at a glance whether the sheet is live."""

from datetime import timedelta

import pytest

from intake.outbox import Problem
from intake.sheet.sync.pipeline_tab import Bulletin
from intake.sheet.sync.readback import ReadBack
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bulletin(delivery, database, google, clinic):
    return Bulletin(database, google, clinic)


def board(sandbox):
    return {line[0]: line[1] for line in sandbox.values("Pipeline")}


def test_it_says_when_it_was_written_and_what_waits(bulletin, sandbox, add_lead):
    add_lead(now=NOON - timedelta(minutes=7))

    progress = bulletin.step(NOON)

    said = board(sandbox)
    assert progress.not_before == NOON + MINUTE
    assert (said["Last updated"], said["Requests waiting to be written here"]) == (
        "2026-11-23 12:00",
        "1",
    )
    assert said["The oldest waits since"] == "2026-11-23 11:53"
    assert said["Last problem"] == "None"


def test_a_problem_stays_on_the_board_as_solved(
    bulletin, sandbox, add_lead, delivery, database, google, clinic
):
    add_lead()
    sandbox.fault("500")
    delivery.step(NOON)

    bulletin.step(NOON)
    assert (
        board(sandbox)["Last problem"] == "Google had a fault of its own (HTTP 500); trying again."
    )
    delivery.step(NOON + MINUTE)
    ReadBack(database, google, clinic).step(NOON + MINUTE)
    bulletin.step(NOON + MINUTE)

    said = board(sandbox)
    assert (
        said["Last problem"] == "Google had a fault of its own (HTTP 500); trying again. (solved)"
    )
    assert said["Requests waiting to be written here"] == "0"
    assert said["Last read what you wrote"] == "2026-11-23 12:01"


def test_it_lives_without_its_tab(bulletin, google):
    google.apply([{"deleteSheet": {"sheetId": google.tab_id("pipeline")}}])

    assert bulletin.step(NOON).problem is None


def test_two_reads_and_one_write_a_minute(bulletin, sandbox):
    sandbox.clear()

    bulletin.step(NOON)

    assert len(sandbox.requests()) == 3


def test_an_alarm_about_the_consent_log_is_told_before_anything_else(
    delivery, database, google, clinic, sandbox, add_lead
):
    alarms = [Problem("The consent log: it was altered.", NOON), None]
    bulletin = Bulletin(database, google, clinic, lambda: alarms[0])
    add_lead()
    sandbox.fault("500")
    delivery.step(NOON)

    bulletin.step(NOON)
    assert board(sandbox)["Last problem"] == "The consent log: it was altered."
    alarms.pop(0)
    bulletin.step(NOON + MINUTE)

    assert board(sandbox)["Last problem"].startswith("Google had a fault of its own")
