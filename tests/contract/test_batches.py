"""Batches, on every stand-in: all or nothing, accepted once, and one row for each lead after any
trouble.
"""

from datetime import timedelta

import pytest

from intake.models import Topic
from intake.outbox import waiting
from intake.sheet.errors import AnswerLost, SheetBusy, SheetGone, SheetRefused
from intake.sheet.google.marks import Mark
from intake.sheet.queue.cells import insert_rows
from intake.sheet.queue.rows import Row
from tests.conftest import NOON

MARK = Mark(123_456, "test.1")


def insertion(google):
    sheet_id = google.layout().sheet_id
    start = {"sheetId": sheet_id, "rowIndex": 1, "columnIndex": 0}
    rows = [{"values": [{"userEnteredValue": {"stringValue": "K7F-2Q9X"}}]}]
    return [
        {
            "insertDimension": {
                "range": {"sheetId": sheet_id, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
            }
        },
        {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}},
    ]


def until_settled(delivery, *, start=NOON, steps=30):
    """Take steps, moving the clock to when each asks for the next, until nothing is left to do."""
    now = start
    for _ in range(steps):
        progress = delivery.step(now)
        if not progress.done and not progress.problem:
            return
        now = max(now, progress.not_before or now)
    raise AssertionError(f"not settled after {steps} steps: {progress}")


def error_of(raised):
    """The body that came from outside."""
    return raised.value.__cause__.response.json()["error"]


def test_a_call_is_carried_out_whole_or_not_at_all(queue, google):
    nonsense = {
        "updateCells": {"start": {"sheetId": 999}, "rows": [], "fields": "userEnteredValue"}
    }

    with pytest.raises(SheetRefused) as raised:
        google.apply([*insertion(google), nonsense])

    assert "requests[2]" in raised.value.said
    assert "requests" not in str(raised.value)  # anybody may read that one (/readyz)
    assert queue.rows() == []


def test_what_the_api_does_not_know_is_refused_before_anything_is_done(queue, google):
    with pytest.raises(SheetRefused) as raised:
        google.apply([*insertion(google), {"updateCells": {"fields": "*", "colour": "red"}}])

    assert "Cannot find field" in raised.value.said
    assert queue.rows() == []


def test_a_mark_can_be_there_once_and_a_second_copy_adds_nothing(queue, google):
    google.add_rows(insertion(google), MARK)

    with pytest.raises(SheetRefused) as raised:
        google.add_rows(insertion(google), MARK)

    assert (error_of(raised)["code"], error_of(raised)["status"]) == (400, "INVALID_ARGUMENT")
    assert [row["Ref"] for row in queue.rows()] == ["K7F-2Q9X"]


def test_a_mark_tells_whether_its_batch_was_applied(queue, google):
    google.add_rows(insertion(google), MARK)

    assert google.value_of_mark(MARK.id) == "test.1"
    assert google.value_of_mark(MARK.id + 1) is None
    assert google.marks() == {MARK.id: "test.1"}


def test_a_mark_that_is_missing_is_not_found(queue, google):
    with pytest.raises(SheetGone) as raised:
        google._connection.call(
            "get",
            f"https://sheets.googleapis.com/v4/spreadsheets/{queue.spreadsheet_id}"
            f"/developerMetadata/{MARK.id}",
        )

    assert (error_of(raised)["code"], error_of(raised)["status"]) == (404, "NOT_FOUND")


def test_marks_survive_their_rows_and_their_tab(queue, google):
    google.add_rows(insertion(google), MARK)

    queue.delete("ROWS", 1)
    queue.delete_tab("Queue")

    assert google.value_of_mark(MARK.id) == "test.1"


def test_marks_are_taken_away_in_one_call(queue, google):
    marks = [Mark(number, f"test.{number}") for number in (1, 2, 2**31 - 1)]
    for mark in marks:
        google.add_rows([], mark)
    queue.clear()

    google.remove_marks([1, 2**31 - 1])

    assert queue.calls() == ["batchUpdate"]
    assert google.marks() == {2: "test.2"}
    google.add_rows([], marks[0])  # a number that was taken away may be used again


@pytest.mark.parametrize(
    ("kind", "times"),
    [("lost_answer", 3), ("500_after", 2), ("500", 2), ("drop_before", 2), ("429", 3)],
)
def test_there_is_one_row_for_each_lead_after_trouble(
    delivery, queue, add_lead, database, kind, times
):
    leads = {add_lead().ref for _ in range(2)}
    queue.fault(kind, times)

    until_settled(delivery)

    assert sorted(row["Ref"] for row in queue.rows()) == sorted(leads)
    with database.reading() as session:
        assert waiting(session, Topic.QUEUE_ROW)[0] == 0


def test_an_answer_that_got_lost_is_asked_for_and_not_sent_again(delivery, queue, add_lead):
    add_lead()
    queue.fault("lost_answer")
    queue.fault("500", match="/developerMetadata/")

    until_settled(delivery)

    assert queue.calls().count("batchUpdate") == 1
    assert len(queue.rows()) == 1


def test_a_row_that_staff_deleted_before_the_second_try_stays_deleted(delivery, queue, add_lead):
    add_lead()
    queue.fault("lost_answer")
    delivery.step(NOON)
    queue.delete("ROWS", 1)

    until_settled(delivery, start=NOON + timedelta(minutes=1))

    assert queue.rows() == []


@pytest.mark.parametrize(
    ("kind", "error", "asked"),
    [
        ("429", SheetBusy, 7),
        ("500", AnswerLost, None),
        ("lost_answer", AnswerLost, None),
        ("drop_before", AnswerLost, None),
    ],
)
def test_trouble_is_named_by_what_must_happen_next(queue, google, kind, error, asked):
    queue.fault(kind, match="/v4/", retry_after=asked)

    with pytest.raises(error) as raised:
        google.title()

    assert raised.value.retry_after == asked


def test_a_batch_takes_five_hundred_rows_in_one_call(queue, google):
    layout = google.layout()
    places = {tag.partition(":")[2]: at for tag, at in layout.places.items()}
    rows: list[Row] = [
        {"ref": f"K7F-{at:04}", "received": NOON, "name": "Ana O’Neil-Đặng", "notes": "x" * 200}
        for at in range(500)
    ]
    queue.clear()

    google.add_rows(insert_rows(layout.sheet_id, places, rows), MARK)

    assert queue.calls() == ["batchUpdate"]
    assert google.read(["pipeline:ref"]).cells["pipeline:ref"] == [
        "Ref",
        *(row["ref"] for row in reversed(rows)),
    ]
