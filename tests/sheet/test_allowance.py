"""The purses of calls: never more than Google allows, nobody starves, and no clock stops them."""

from datetime import timedelta

import pytest

from intake import relay
from intake.outbox import Progress
from intake.sheet.errors import SheetBusy
from intake.sheet.google.call_quota import EVERY, SAVED, Allowance
from tests.conftest import NOON
from tests.sheet.long_run import Alone, JumpingClock

MINUTE = timedelta(minutes=1)
QUOTA = 60


class Reader:
    """A step that always has something to read, or every so often."""

    def __init__(self, allowance, calls=1, every=timedelta()):
        self.allowance, self.calls, self.every, self.at = allowance, calls, every, []

    def __call__(self, now):
        for _ in range(self.calls):
            self.allowance.reads.pay()
            self.at.append(now)
        return Progress(done=1, not_before=now + self.every)


def run(clock, steps, length):
    end = clock.now + length
    clock.meanwhile = lambda: clock.now >= end and clock.set()
    relay.run(relay.Loop("sheet", steps, Alone()), clock=clock, stop=clock, poll=0.1)


def most_in_a_minute(times):
    return max(sum(start <= at < start + MINUTE for at in times) for start in times)


def test_in_no_minute_are_more_calls_than_a_purse_holds_and_gets():
    allowance, clock = Allowance(), JumpingClock()
    greedy = Reader(allowance)

    run(clock, {"greedy": allowance.step(greedy, reads=1, writes=0)}, 5 * MINUTE)

    assert 49 <= most_in_a_minute(greedy.at) <= SAVED + MINUTE / EVERY == 50


@pytest.mark.parametrize("seconds", [1, 15, 30, 59])
def test_a_relay_that_takes_over_keeps_the_quota_together_with_the_one_that_died(seconds):
    clock, relays = JumpingClock(), []
    for length in (timedelta(seconds=seconds), MINUTE):
        allowance = Allowance()
        relays.append(Reader(allowance))
        run(clock, {"greedy": allowance.step(relays[-1], reads=1, writes=0)}, length)
        clock.clear()

    assert 55 <= most_in_a_minute(relays[0].at + relays[1].at) <= QUOTA


def test_a_step_that_leaves_the_others_what_they_need_does_not_starve_them():
    allowance, clock = Allowance(), JumpingClock()
    greedy, modest = Reader(allowance), Reader(allowance, calls=3, every=MINUTE / 4)
    steps = {
        "greedy": allowance.step(greedy, reads=7, writes=0),
        "modest": allowance.step(modest, reads=3, writes=0),
    }

    run(clock, steps, 5 * MINUTE)

    assert len(modest.at) == 3 * 4 * 5
    assert len(greedy.at) >= 25 * 5


def test_a_step_that_wants_more_than_it_said_is_stopped_not_google():
    allowance = Allowance()
    greedy = Reader(allowance, calls=SAVED + 1)

    with pytest.raises(SheetBusy, match="goes on shortly"):
        allowance.step(greedy, reads=1, writes=0)(NOON)

    assert len(greedy.at) == SAVED


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_jumps_puts_nothing_off_for_long(jump):
    allowance = Allowance()
    step = allowance.step(Reader(allowance, calls=SAVED), reads=1, writes=0)
    step(NOON)
    assert step(NOON).was_put_off

    progress = step(NOON + jump)

    assert progress.done or progress.not_before <= NOON + jump + EVERY


def test_once_waits_until_it_may_go_on_and_leaves_nothing_undone():
    allowance, clock, left = Allowance(), JumpingClock(), iter(range(2 * SAVED))

    def deliver(now):
        if next(left, None) is None:
            return Progress()
        allowance.writes.pay()
        return Progress(done=1)

    looks = Reader(allowance)
    steps = {
        "deliver": allowance.step(deliver, reads=0, writes=1),
        "read back": allowance.step(lambda now: looks(now) and Progress(), reads=1, writes=1),
    }

    assert relay.once(relay.Loop("sheet", steps, Alone()), clock=clock, stop=clock) == 2 * SAVED
    assert len(looks.at) == 1
    assert clock.now - NOON >= SAVED * EVERY
