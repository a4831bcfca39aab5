"""What an admin hears who opens a request again."""

import pytest

from intake.models import CallLogEntry, OutboxEntry, QueueRow, Status, Topic
from intake.sheet.queue.present_rows import note_gone
from intake.sheet.queue.removal_orders import order_removal
from intake.sheet.queue.reopen import NotReopened, reopen
from tests.conftest import NOON


@pytest.fixture
def engine_name():
    """Plain rules."""
    return "sqlite"


@pytest.fixture
def stands(session, lead):
    def stands(status):
        ana = lead(name="Ana")
        session.add(
            QueueRow(lead_id=ana.id, tab=1, status=status, sheet_status=status, status_at=NOON)
        )
        session.query(OutboxEntry).delete()
        session.flush()
        return ana

    return stands


def test_what_was_closed_is_open_again_and_logged(session, clinic, stands):
    ana = stands(Status.DO_NOT_CALL)

    assert "is open again (New)" in reopen(session, clinic.key, ana.ref, now=NOON)
    assert session.get(QueueRow, ana.id).status is Status.NEW
    assert session.query(CallLogEntry).one().who == "admin"


@pytest.mark.parametrize("status", [Status.NEW, Status.NO_ANSWER])
def test_what_was_never_closed_is_not_said_to_be_open_again(session, clinic, stands, status):
    ana = stands(status)

    assert (
        reopen(session, clinic.key, ana.ref, now=NOON)
        == f"{ana.ref} is open already ({status}); nothing to do."
    )
    assert session.query(CallLogEntry).all() == []


def test_what_was_not_delivered_yet_is_told_from_what_does_not_exist(session, clinic, lead):
    ana = lead()

    assert "waits for its first place" in reopen(session, clinic.key, ana.ref, now=NOON)
    for ref in ("K7F-2QGX", None):
        with pytest.raises(NotReopened, match="no request with this reference"):
            reopen(session, clinic.key, ref, now=NOON)


def test_a_locked_request_is_not_opened_from_the_command_line(session, clinic, stands):
    ana = stands(Status.BOOKED)
    ana.restricted_at = NOON

    with pytest.raises(NotReopened, match="locked"):
        reopen(session, clinic.key, ana.ref, now=NOON)


def test_a_row_that_left_since_it_was_closed_is_asked_back(session, clinic, stands):
    ana = stands(Status.BOOKED)
    order_removal(session, ana.id, now=NOON)
    order_removal(session, ana.id, now=NOON)
    assert session.query(OutboxEntry).filter(OutboxEntry.topic == Topic.REMOVE_ROW).count() == 1
    note_gone(session, {ana.id}, now=NOON)

    reopen(session, clinic.key, ana.ref, now=NOON)

    assert session.query(OutboxEntry).filter(OutboxEntry.topic == Topic.QUEUE_ROW).count() == 1
