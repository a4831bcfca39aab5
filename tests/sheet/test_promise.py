"""Is the promise kept?"""

from datetime import timedelta

import pytest

from intake.models import Status
from intake.sheet.queue.call_deadline import is_overdue, minutes_to_first_call
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "call_by", "overdue"),
    [
        (Status.NEW, NOON - MINUTE, True),
        (Status.CLAIMED, NOON - MINUTE, True),
        (Status.NEW, NOON, False),
        (Status.NO_ANSWER, NOON - MINUTE, False),  # somebody rang: the promise is kept
        (Status.BOOKED, NOON - MINUTE, False),
    ],
)
def test_a_promise_is_overdue_until_somebody_rings(status, call_by, overdue):
    assert is_overdue(status, call_by, now=NOON) is overdue


def test_the_time_to_the_first_call_is_counted_in_opening_time(clinic):
    evening = NOON + timedelta(hours=6, minutes=30)  # half an hour before closing
    next_morning = evening + timedelta(hours=14)  # half an hour after opening

    assert minutes_to_first_call(clinic, evening, next_morning) == 60
    assert minutes_to_first_call(clinic, evening, None) is None
