"""Access, on every stand-in: what only a person can solve has a sentence, loses nothing, and heals
by itself.
"""

from datetime import timedelta

import pytest

from intake.models import Topic
from intake.outbox import waiting
from intake.sheet.errors import SheetGone, SheetNotShared
from intake.sheet.google.adapter import GoogleSheet
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def left(database):
    """`left()` is how many requests wait."""

    def count():
        with database.reading() as session:
            return waiting(session, Topic.QUEUE_ROW)[0]

    return count


def test_a_spreadsheet_that_is_not_shared_says_with_whom_to_share_it(queue, google):
    queue.share("none")

    for work in (
        google.title,
        google.layout,
        lambda: google.value_of_mark(1),
        lambda: google.apply([]),
    ):
        with pytest.raises(
            SheetNotShared, match=r"Share the spreadsheet with .*@.* as an editor"
        ) as raised:
            work()
    assert google.account in str(raised.value)


def test_a_spreadsheet_that_may_only_be_looked_at_is_not_shared_enough(queue, google):
    queue.share("reader")

    assert google.layout().places
    with pytest.raises(SheetNotShared, match="as an editor"):
        google.apply([{"clearBasicFilter": {"sheetId": 0}}])


def test_requests_wait_until_it_is_shared_again(delivery, read_back, queue, add_lead, left):
    ana = add_lead()
    queue.share("none")

    progress = delivery.step(NOON)
    reading = read_back.step(NOON)

    assert "Share the spreadsheet" in progress.problem
    assert "Share the spreadsheet" in reading.problem
    assert (progress.not_before, left()) == (NOON + MINUTE, 1)
    queue.share("writer")
    delivery.step(NOON + MINUTE)
    assert read_back.step(NOON + MINUTE).problem is None
    assert [row["Ref"] for row in queue.rows()] == [ana.ref]


def test_a_spreadsheet_that_nobody_knows_is_gone(stand):
    google = GoogleSheet(stand.credentials, "no-such-spreadsheet")

    for work in (
        google.title,
        google.layout,
        lambda: google.value_of_mark(1),
        lambda: google.apply([]),
    ):
        with pytest.raises(SheetGone, match="INTAKE_SPREADSHEET_ID"):
            work()


def test_a_column_that_staff_locked_away_from_us_holds_requests_until_it_is_open(
    delivery, queue, google, add_lead, left
):
    ana = add_lead()
    place = queue.values()[0].index("Phone")
    area = {
        "sheetId": google.layout().sheet_id,
        "startColumnIndex": place,
        "endColumnIndex": place + 1,
    }
    lock = {"description": "Dana’s", "range": area, "editors": {"users": ["dana@clinic.example"]}}
    queue.change({"addProtectedRange": {"protectedRange": lock}})

    progress = delivery.step(NOON)

    assert f"let {google.account} edit" in progress.problem
    assert (left(), queue.rows()) == (1, [])
    standing = google.describe(google.layout()).queue["protectedRanges"]
    number = next(one["protectedRangeId"] for one in standing if one["description"] == "Dana’s")
    queue.change({"deleteProtectedRange": {"protectedRangeId": number}})
    delivery.step(NOON + MINUTE)
    assert [row["Ref"] for row in queue.rows()] == [ana.ref]


def test_requests_wait_while_the_queues_tab_is_gone(delivery, queue, add_lead, left):
    add_lead()
    queue.delete_tab("Queue")

    progress = delivery.step(NOON)

    assert "intake sheet setup" in progress.problem
    assert left() == 1
