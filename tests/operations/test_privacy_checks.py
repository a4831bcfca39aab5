"""The doctor on erasures and retention: what should be gone and is not."""

from datetime import timedelta

from intake.models import QueueRow, Status
from intake.operations.privacy_checks import check_retention, check_scrub
from intake.privacy.erase import Ground, erase
from intake.privacy.retention import RunBy, run_retention
from intake.privacy.scrub import scrub
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.factories import Factory

DAY = timedelta(days=1)


def test_an_erasure_whose_bytes_are_left_in_the_files_is_said(database, clinic):
    assert check_scrub(database).line.startswith("ok")
    with database.writing() as session:
        erase(
            session,
            Factory(session, clinic)(),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="test",
            now=NOON,
        )

    assert "run “intake db scrub” as the owner of the database" in check_scrub(database).sentence
    assert check_scrub(database).is_warning
    scrub(database)
    assert not check_scrub(database).is_warning


def test_a_policy_that_nobody_runs_is_said_after_a_week(database, clinic):
    with database.writing() as session:
        lead = Factory(session, clinic)(now=NOON)
        session.add(
            QueueRow(
                lead_id=lead.id, tab=1, status=Status.BOOKED, sheet_status="Booked", status_at=NOON
            )
        )
    over = NOON + clinic.retention.sheet_days * DAY

    assert not check_retention(database, clinic, now=over + 6 * DAY).is_warning
    late = check_retention(database, clinic, now=over + 8 * DAY)
    assert late.is_warning
    assert "no run ended anything yet; run “intake retention run”" in late.sentence
    run_retention(database, clinic, RunBy(COMMAND_LINE, "test"), now=over + 8 * DAY)
    assert not check_retention(database, clinic, now=over + 9 * DAY).is_warning
