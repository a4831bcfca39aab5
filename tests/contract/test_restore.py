"""What vanished with its tab or column, on every stand-in: it comes back once, with staff's
words.
"""

from datetime import timedelta

import pytest

from intake.sheet.queue.columns import queue_columns
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.restore import enqueue_lost, refill
from intake.sheet.sync.snapshot import take_snapshot
from tests.conftest import NOON

POLL = timedelta(seconds=15)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def restore(database, google, clinic):
    """What `intake sheet restore` does: how many rows are on their way, how many cells were written
    again.
    """

    def run():
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
            return enqueue_lost(session, clinic, looked.found, tab=layout.sheet_id, now=LATER), len(
                cells
            )

    return run


@pytest.fixture
def worked_on(delivery, read_back, add_lead, queue):
    """Two requests, of which staff worked on Ana's."""
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    words = {
        "Status": "No answer",
        "Last called": "2026-11-23",
        "Follow up on": "2026-11-24 15:30",
        "Notes": "=try her mum",
        "Assigned to": "Zoé",
    }
    for title, value in words.items():
        queue.write(ana.ref, title, value)
    read_back.step(NOON + POLL)
    return [ana, ben]


def test_a_tab_that_was_deleted_comes_back_with_what_staff_wrote(
    worked_on, restore, delivery, read_back, queue
):
    before = sorted(queue.values(), key=str)
    queue.delete_tab("Queue")
    assert "restore" in read_back.step(LATER).problem

    assert restore() == (2, 0)
    queue.fault("lost_answer")
    delivery.step(LATER)
    delivery.step(LATER + timedelta(minutes=5))

    assert sorted(queue.values(), key=str) == before
    assert read_back.step(LATER + timedelta(minutes=6)).problem is None
    assert queue.formulas() == 0


def test_a_column_that_was_emptied_is_filled_again(delivery, read_back, add_lead, queue, restore):
    leads = [add_lead() for _ in range(3)]
    delivery.step(NOON)
    for lead in leads:
        queue.write(lead.ref, "Follow up on", "2026-11-24")
    read_back.step(NOON + POLL)
    for lead in leads:
        queue.write(lead.ref, "Follow up on", "")

    assert restore() == (0, 3)

    assert [row["Follow up on"] for row in queue.rows()] == ["2026-11-24"] * 3
    assert read_back.step(LATER).problem is None
