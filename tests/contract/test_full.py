"""A spreadsheet of ten million cells, on every stand-in: no row is to blame, and what waits comes
when it can.
"""

from datetime import timedelta

import pytest

from intake.models import Lead
from intake.sheet.queue.removal_orders import order_removal
from intake.sheet.shape.setup import differences, set_up
from intake.sheet.sync.remove import Removal
from tests.conftest import NOON

LIMIT, WIDTH = 10_000_000, 10
SECONDS = timedelta(seconds=30)


@pytest.fixture
def fill(queue, google):
    """Staff keep an archive in a tab of its own, and no row fits in beside it."""

    def fill():
        grids = [tab["gridProperties"] for tab in google.tabs().values()]
        room = LIMIT - sum(grid["rowCount"] * grid["columnCount"] for grid in grids)
        grid = {"rowCount": room // WIDTH, "columnCount": WIDTH}
        queue.change({"addSheet": {"properties": {"title": "Archive", "gridProperties": grid}}})

    return fill


@pytest.mark.parametrize("requests", [1, 4])
def test_google_s_own_sentence_is_told_and_requests_come_within_seconds_of_room(
    delivery, queue, add_lead, fill, requests
):
    leads = [add_lead() for _ in range(requests)]
    fill()

    progress = delivery.step(NOON)

    assert "above the limit of 10000000 cells" in progress.problem
    assert not any(lead.ref in progress.problem for lead in leads)
    assert progress.not_before <= NOON + SECONDS
    assert queue.rows() == []
    queue.delete_tab("Archive")
    assert delivery.step(progress.not_before).done == requests
    assert len(queue.rows()) == requests


def test_rows_that_must_leave_wait_together_and_leave_when_there_is_room(
    delivery, queue, add_lead, fill, database, google, clinic
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben")]
    delivery.step(NOON)
    fill()
    with database.writing() as session:
        for lead in leads:
            session.get_one(Lead, lead.id).restricted_at = NOON
            order_removal(session, lead.id, now=NOON)
    removal = Removal(database, google, clinic)

    progress = removal.step(NOON)

    assert "above the limit of 10000000 cells" in progress.problem
    assert not any(lead.ref in progress.problem for lead in leads)
    queue.delete_tab("Archive")
    removal.step(progress.not_before)
    assert queue.rows() == []


def test_the_check_tells_how_many_requests_fit_in(queue, google, clinic, fill):
    assert differences(google, clinic) == []

    fill()

    (told,) = differences(google, clinic)
    assert (
        "of the 10,000,000 cells that Google allows, so that 0 more requests fit in"
        in told.sentence
    )
    assert f"To be done by hand: {told.sentence}" in set_up(google, clinic)
