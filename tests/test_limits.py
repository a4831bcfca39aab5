"""Limits hold for the whole installation: for every process and node, after a restart, whatever the
clocks say.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.db import Database
from intake.limits import (
    CLOCKS_DIFFER,
    LINKS,
    MAIL_BY_NETWORK,
    MAIL_BY_STAMP,
    MOST_A_DAY,
    MOST_FIRST_A_DAY,
    REQUESTS,
    STAMP,
    AskedTooOften,
    Counting,
    Limit,
    LimitKey,
    count,
    forget_counts,
    require,
    uncount,
)
from intake.models import RateCounter
from intake.sql import execute
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)
SECRET = b"the key of the tests' counts"
TWICE = Limit("twice", 2, within=10 * MINUTE)
OFTEN = Limit("often", 5, within=60 * MINUTE)


def ask(database, key="203.0.113.0/24", *, now=NOON, limit=TWICE):
    """Whether the limit lets this time through."""
    try:
        with database.writing() as session:
            require(count(session, [LimitKey.of(limit, SECRET, key)], now=now), limit)
    except AskedTooOften:
        return False
    return True


@pytest.fixture
def another_process(database):
    """Make what another process has: an engine of its own on the same database."""
    made = []

    def making():
        made.append(Database(database.url.render_as_string(hide_password=False)))
        return made[-1]

    yield making
    for one in made:
        one.dispose()


def rows(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(RateCounter))


def test_each_key_may_ask_so_often_and_again_when_the_time_is_over(database):
    assert [ask(database, now=NOON + n * MINUTE) for n in range(4)] == [True, True, False, False]
    assert ask(database, "198.51.100.0/24", now=NOON + 3 * MINUTE)
    assert [ask(database, now=NOON + n * MINUTE) for n in (9, 10, 11, 12)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("limit", "times", "within"),
    [
        (REQUESTS, 30, timedelta(hours=1)),
        (LINKS, 20, timedelta(hours=1)),
        (STAMP, 40, timedelta(days=30)),
        (MAIL_BY_NETWORK, 3, timedelta(days=1)),
        (MAIL_BY_STAMP, 3, timedelta(days=1)),
    ],
)
def test_each_limit_is_what_was_agreed_on(limit, times, within):
    assert (limit.times, limit.within) == (times, within)
    require({limit: times}, limit)
    with pytest.raises(AskedTooOften) as refused:
        require({OFTEN: 1, limit: times + 1}, OFTEN, limit)
    assert refused.value.limit is limit


def test_clocks_may_differ_by_five_minutes():
    assert CLOCKS_DIFFER == 5 * MINUTE


def test_a_limit_that_was_not_counted_is_not_used_up():
    require({OFTEN: 1}, Limit("never", 0, within=MINUTE))


def test_an_address_gets_so_many_mails_a_day():
    assert (MOST_A_DAY, MOST_FIRST_A_DAY) == (5, 20)


def test_processes_share_one_count_which_outlives_them(another_process):
    first, second = another_process(), another_process()
    assert [ask(first), ask(second), ask(first), ask(second)] == [True, True, False, False]
    first.dispose()
    second.dispose()

    assert not ask(another_process())


def test_of_many_at_the_same_moment_no_more_get_through(another_process):
    nodes = another_process(), another_process()

    with ThreadPoolExecutor(8) as threads:
        let_through = list(threads.map(lambda n: ask(nodes[n % 2], limit=OFTEN), range(24)))

    assert let_through.count(True) == OFTEN.times


def test_what_is_refused_does_not_count(database):
    for _ in range(10):
        ask(database)

    with database.reading() as session:
        assert session.scalars(select(RateCounter.times)).all() == [TWICE.times]


def test_several_limits_are_counted_by_one_statement(database):
    counted = [LimitKey.of(TWICE, SECRET, "here"), LimitKey.of(OFTEN, SECRET, "here")]

    with database.writing() as session:
        assert count(session, counted, now=NOON) == {TWICE: 1, OFTEN: 1}
        assert count(session, counted, now=NOON + 10 * MINUTE) == {TWICE: 1, OFTEN: 2}
        assert count(session, [], now=NOON) == {}
    assert rows(database) == 2


HERE, THERE, HERE_OFTEN = (
    LimitKey.of(limit, SECRET, key)
    for limit, key in ((TWICE, "here"), (TWICE, "there"), (OFTEN, "here"))
)


def test_of_several_requests_each_gets_the_counts_that_it_would_get_in_turn(session):
    count(session, [HERE], now=NOON)
    counting, connection = (
        Counting([[HERE], [THERE, HERE_OFTEN], [], [HERE, HERE_OFTEN]], now=NOON),
        session.connection(),
    )

    counts = counting.read(execute(connection, *counting.statements(connection.dialect)))

    assert counts == [{TWICE: 2}, {TWICE: 1, OFTEN: 1}, {}, {TWICE: 3, OFTEN: 2}]


def test_what_is_taken_back_is_taken_from_its_own_count(session):
    for counted in ([HERE, THERE, HERE_OFTEN], [HERE, THERE], [HERE, THERE]):
        count(session, counted, now=NOON)

    uncount(session, [HERE, HERE])
    uncount(session, [])

    assert count(session, [HERE, HERE_OFTEN], now=NOON) == {TWICE: 2, OFTEN: 2}
    assert count(session, [THERE], now=NOON) == {TWICE: 4}


def test_a_clock_that_is_set_back_locks_nobody_out(database):
    assert [ask(database, now=NOON + timedelta(days=365)) for _ in range(3)] == [True, True, False]

    assert [ask(database) for _ in range(3)] == [True, True, False]


def test_clocks_of_two_nodes_that_differ_a_little_give_nobody_a_second_allowance(database):
    clocks = (NOON, NOON - MINUTE, NOON, NOON - 2 * MINUTE)

    assert [ask(database, now=now) for now in clocks] == [True, True, False, False]


def test_counts_whose_time_is_over_are_deleted_and_no_other(database):
    ask(database, "over")
    ask(database, "stands", now=NOON + 5 * MINUTE)
    ask(database, "of a clock that was ahead", now=NOON + timedelta(days=365))

    progress = forget_counts(database, NOON + 10 * MINUTE)

    assert (rows(database), progress.not_before) == (1, NOON + 25 * MINUTE)
    assert [ask(database, "stands", now=NOON + 10 * MINUTE) for _ in range(2)] == [True, False]


def test_what_is_forgotten_is_logged_as_a_number_and_nothing_where_there_was_nothing(
    database, caplog
):
    for key in ("one", "another", "of a clock that is as far ahead as clocks may be"):
        ask(
            database,
            key,
            now=NOON + (CLOCKS_DIFFER + 10 * MINUTE if "clock" in key else timedelta()),
        )

    for _ in range(2):
        forget_counts(database, NOON + 10 * MINUTE)

    assert [one.counts for one in caplog.records if one.message == "counts forgotten"] == [2]
    assert rows(database) == 1


@pytest.mark.parametrize("value", ["203.0.113.0/24", "ana@example.com"])
def test_nothing_of_what_is_counted_can_be_read_or_compared_without_the_key(database, value):
    ask(database, value)

    with database.reading() as session:
        (row,) = session.scalars(select(RateCounter)).all()
    assert value not in f"{row.name} {row.key}"
    keys = {LimitKey.of(TWICE, b"another key", value).key, LimitKey.of(OFTEN, SECRET, value).key}
    assert row.key == LimitKey.of(TWICE, SECRET, value).key not in keys
