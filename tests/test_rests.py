"""A relay with nothing to do asks one cheap question at each turn, and its steps only now and
then.
"""

from datetime import timedelta

import pytest
from sqlalchemy import event

from intake import relay
from intake.models import Topic
from intake.newest_entry import NEWEST, NewestEntry
from intake.outbox import Progress, enqueue
from intake.rests import AWAKE, WITHOUT_NEWS
from intake.sql import SqlStatement
from tests.conftest import NOON
from tests.factories import Factory
from tests.sheet.long_run import Alone, JumpingClock

SECOND = timedelta(seconds=1)
NOTHING = Progress()


class Looks:
    """A loop of one step under a clock that jumps: when the step was called, and how often news
    were asked for.
    """

    def __init__(self, progress=lambda _: NOTHING, news=None):
        self.at, self.asked, self.mark = [], 0, None
        self.progress, self.happens, self._news = progress, lambda _: None, news or self._count

    def _count(self):
        self.asked += 1
        return self.mark

    def _step(self, now):
        self.at.append(now)
        return self.progress(now)

    def during(self, length):
        clock = JumpingClock(NOON)

        def turn():
            self.happens(clock.now)
            if clock.now >= NOON + length:
                clock.set()

        clock.meanwhile = turn
        loop = relay.Loop("one", {"step": self._step}, Alone(), news=self._news)
        relay.run(loop, clock=clock, stop=clock)
        return self


def after_start(looks):
    return [at for at in looks.at if at >= NOON + AWAKE]


def test_a_step_that_finds_nothing_rests_and_news_are_asked_for_at_each_turn():
    looks = Looks().during(timedelta(minutes=1))

    rests = {
        later - sooner
        for sooner, later in zip(after_start(looks), after_start(looks)[1:], strict=False)
    }
    assert all(WITHOUT_NEWS <= rest < WITHOUT_NEWS + SECOND for rest in rests)
    assert looks.asked == 150  # of 0.4 seconds


@pytest.mark.parametrize("second", [10, 11, 33.3, 57])
def test_news_call_it_at_the_next_turn_and_keep_it_awake_for_a_while(second):
    came, looks = NOON + second * SECOND, Looks()
    looks.happens = lambda now: setattr(looks, "mark", now >= came)

    looks.during(timedelta(minutes=1))

    awake = [at for at in looks.at if came <= at < came + AWAKE]
    assert awake[0] < came + relay.POLL * SECOND
    assert len(awake) == AWAKE / SECOND / relay.POLL


@pytest.mark.parametrize(
    ("progress", "calls"),
    [
        (lambda now: Progress(not_before=now + timedelta(seconds=20)), 3),
        (lambda now: Progress(not_before=now + timedelta(seconds=20), problem="no room"), 3),
        (lambda _: Progress(done=1), 150),
        (lambda _: Progress(was_put_off=True), 150),
    ],
)
def test_one_that_did_something_or_named_a_time_is_not_kept_waiting_and_not_woken(progress, calls):
    looks = Looks(progress)
    looks.happens = lambda now: setattr(looks, "mark", now)

    looks.during(timedelta(minutes=1))

    assert len(looks.at) == calls


def test_without_a_question_for_news_each_turn_calls_it():
    looks = Looks(news=object).during(timedelta(minutes=1))

    assert len(looks.at) == 150


def test_what_comes_while_the_step_looks_is_found_at_the_next_turn():
    looks = Looks()

    def look(_):
        if len(looks.at) == 20:
            looks.mark = "came while it looked"
        return NOTHING

    looks.progress = look
    looks.during(timedelta(minutes=3))

    assert looks.at[20] - looks.at[19] == relay.POLL * SECOND


def test_an_entry_is_news_until_the_next_one(database, session, clinic):
    news = NewestEntry(database)
    before = news()
    ana = Factory(session, clinic)()
    session.commit()
    first = news()
    enqueue(session, Topic.QUEUE_ROW, ana.id, now=NOON)
    session.commit()

    assert len({before, first, news()}) == 3
    assert news() == news()


def test_to_ask_for_news_is_one_statement(database):
    news, said = NewestEntry(database), []
    event.listen(database.engine, "before_cursor_execute", lambda *call: said.append(call[2]))

    for _ in range(10):
        news()

    assert said == 10 * [NEWEST.text]


def test_a_database_that_is_away_may_have_news(database, monkeypatch):
    monkeypatch.setattr("intake.newest_entry.NEWEST", SqlStatement("SELECT max(id) FROM nothing"))
    news = NewestEntry(database)

    assert news() != news()
