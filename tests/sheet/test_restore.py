"""What vanished with its tab or column comes back, exactly once and with staff's words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.models import QueueRow, Status
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.queue.columns import queue_columns
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.deliver import Delivery
from intake.sheet.sync.readback import ReadBack
from intake.sheet.sync.restore import enqueue_lost, refill
from intake.sheet.sync.snapshot import take_snapshot
from tests.conftest import NOON
from tests.demo.sandbox.running import running_sandbox

POLL = timedelta(seconds=15)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def read_back(delivery, database, google, clinic):
    return ReadBack(database, google, clinic)


@pytest.fixture
def restore(database, google, clinic):
    """What `intake sheet restore` does: rows on their way, cells written again."""

    def run(**options):
        set_up(google, clinic)
        reading, layout = (
            google.read([column.tag for column in queue_columns(clinic.queue)]),
            google.layout(),
        )
        looked = take_snapshot(database, clinic, reading, now=LATER)
        cells = refill(looked, reading, layout.sheet_id, clinic.queue.date_format)
        if cells:
            google.apply(cells)
        with database.writing() as session:
            return enqueue_lost(
                session, clinic, looked.found, tab=layout.sheet_id, now=LATER, **options
            ), len(cells)

    return run


@pytest.fixture
def worked_on(delivery, read_back, add_lead, sandbox):
    """Three requests, of which staff worked on Ana's and deleted Ben's."""
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo")]
    delivery.step(NOON)
    header = sandbox.values()[0]
    words = {
        "Status": "No answer",
        "Last called": "2026-11-23",
        "Notes": "=try her mum",
        "Assigned to": "Zoé",
    }
    for title, value in words.items():
        sandbox.staff("edit", row=3, column=header.index(title), value=value)
    sandbox.staff("delete_rows", row=2)
    for polls in (1, 2, 4):
        read_back.step(NOON + polls * POLL)
    return leads


def delete_tab(google):
    google.apply([{"deleteSheet": {"sheetId": google.layout().sheet_id}}])


def test_a_tab_that_was_deleted_comes_back_with_what_staff_wrote(
    worked_on, google, restore, delivery, read_back, sandbox, database
):
    ana, _, cleo = worked_on
    before = {row["Ref"]: row for row in sandbox.rows()}
    delete_tab(google)
    assert "restore" in read_back.step(LATER).problem

    assert restore() == (2, 0)
    assert restore() == (0, 0)  # they wait already
    delivery.step(LATER)
    read_back.step(LATER + POLL)

    assert {row["Ref"]: row for row in sandbox.rows()} == before
    assert before.keys() == {ana.ref, cleo.ref}
    with database.reading() as session:
        row = session.get(QueueRow, ana.id)
        assert (row.status, row.notes, row.last_called) == (
            Status.NO_ANSWER,
            "=try her mum",
            "2026-11-23",
        )


def test_rows_are_not_taken_for_deleted_when_their_tab_is_new(
    worked_on, google, clinic, read_back, database
):
    delete_tab(google)
    set_up(google, clinic)

    problems = [read_back.step(LATER + polls * POLL).problem for polls in range(4)]

    assert all(problem.startswith("2 rows vanished all at once") for problem in problems)
    assert all("“intake sheet restore”" in problem for problem in problems)
    with database.reading() as session:
        assert (
            len(session.scalars(select(QueueRow).where(QueueRow.removed_at.is_not(None))).all())
            == 1
        )


def test_what_staff_deleted_comes_back_only_when_it_is_asked_for(
    worked_on, restore, delivery, sandbox
):
    assert restore() == (0, 0)
    assert restore(deleted_too=True) == (1, 0)
    delivery.step(LATER)

    assert {row["Name"] for row in sandbox.rows()} == {"Ana", "Ben", "Cleo"}


def test_a_column_that_was_emptied_is_filled_again(delivery, read_back, add_lead, sandbox, restore):
    for _ in range(3):
        add_lead()
    delivery.step(NOON)
    notes = sandbox.values()[0].index("Notes")
    for row in (1, 2, 3):
        sandbox.staff("edit", row=row, column=notes, value=f"note {row}")
    read_back.step(NOON + POLL)
    for row in (1, 2, 3):
        sandbox.staff("edit", row=row, column=notes, value="")

    assert restore() == (0, 3)

    assert [row["Notes"] for row in sandbox.rows()] == ["note 1", "note 2", "note 3"]
    assert read_back.step(LATER).problem is None


def test_a_restored_row_is_there_once_after_a_lost_answer(
    worked_on, google, restore, delivery, sandbox
):
    delete_tab(google)
    restore()
    sandbox.fault("lost_answer")

    delivery.step(LATER)
    delivery.step(LATER + timedelta(minutes=5))

    assert sorted(row["Name"] for row in sandbox.rows()) == ["Ana", "Cleo"]


def test_another_spreadsheet_with_a_tab_of_the_same_number_is_not_taken_for_the_old_one(
    database, clinic, delivery, read_back, add_lead, google, tmp_path
):
    """INTAKE_SPREADSHEET_ID was changed, and the first tab of either spreadsheet was adopted."""
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    read_back.step(NOON + POLL)
    with running_sandbox(tmp_path / "another") as another:
        access = another.access
        set_up(GoogleSheet(access.credentials, access.spreadsheet_id), clinic)
        old = google.layout().sheet_id

        def same_number(state):
            for tab in state["sheets"]:
                if tab["properties"]["title"] == "Queue":
                    number, tab["properties"]["sheetId"] = tab["properties"]["sheetId"], old
            for item in state["metadata"]:
                place = item["location"].get("dimensionRange", item["location"])
                if place.get("sheetId") == number:
                    place["sheetId"] = old

        another.workbook.change(same_number)

        class Renamed(GoogleSheet):
            spreadsheet_id = "another"

        renamed = Renamed(access.credentials, access.spreadsheet_id)
        problems = [
            ReadBack(database, renamed, clinic).step(LATER + polls * POLL).problem
            for polls in range(4)
        ]
        with database.writing() as session:
            lost = enqueue_lost(session, clinic, {}, tab=old, now=LATER)
        Delivery(database, renamed, clinic, "test").step(LATER)

        assert all("restore" in problem for problem in problems)
        assert lost == 1
        assert [row["Ref"] for row in another.rows()] == [ana.ref]
