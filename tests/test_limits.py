from datetime import timedelta

from intake import limits
from intake.limits import Limit
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


def test_each_place_may_ask_so_often_and_again_when_the_time_is_over():
    limit = Limit(2, within=10 * MINUTE)

    assert [limit.allows("here", now=NOON + n * MINUTE) for n in range(4)] == [True, True, False, False]
    assert limit.allows("there", now=NOON + 3 * MINUTE)
    assert [limit.allows("here", now=NOON + n * MINUTE) for n in (9, 10, 11, 12)] == [False, True, True, False]


def test_a_clock_that_is_set_back_locks_nobody_out():
    limit = Limit(1, within=10 * MINUTE)
    assert limit.allows("here", now=NOON + timedelta(days=365))

    assert limit.allows("here", now=NOON)


def test_it_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(limits, "MOST_PLACES", 3)
    limit = Limit(1, within=10 * MINUTE)

    for number in range(50):
        assert limit.allows(f"place {number}", now=NOON)

    assert len(limit._asked) == 3
