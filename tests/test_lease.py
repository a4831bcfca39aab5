"""One relay at a time owns the sheet, and another takes over when it dies."""

import os
import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from intake.lease import LENGTH, Holder, give_back, take
from intake.models import Lease
from tests.conftest import NOON
from tests.engines import ONLY_POSTGRESQL

SECOND = timedelta(seconds=1)


def test_one_at_a_time(session):
    assert take(session, "sheet", "a", now=NOON) is True
    assert take(session, "sheet", "b", now=NOON + SECOND) is False
    assert take(session, "another", "b", now=NOON) is True


def leases(session):
    return {
        one.name: (one.holder, one.expires_at)
        for one in session.scalars(select(Lease).execution_options(populate_existing=True))
    }


def test_each_lease_is_taken_kept_and_given_back_by_itself(session):
    for name, holder in (("sheet", "a"), ("mail", "a"), ("archive", "b")):
        take(session, name, holder, now=NOON)

    take(session, "sheet", "a", now=NOON + SECOND, length=3 * SECOND)
    assert leases(session) == {
        "sheet": ("a", NOON + 4 * SECOND),
        "mail": ("a", NOON + LENGTH),
        "archive": ("b", NOON + LENGTH),
    }

    give_back(session, "sheet", "a")
    assert leases(session) == {"mail": ("a", NOON + LENGTH), "archive": ("b", NOON + LENGTH)}


def test_of_two_who_make_it_at_the_same_moment_the_second_does_not_get_it(session, monkeypatch):
    take(session, "sheet", "a", now=NOON)
    monkeypatch.setattr(session, "get", lambda *_: None)  # when the second looked it was not there

    assert take(session, "sheet", "b", now=NOON) is False
    assert leases(session) == {"sheet": ("a", NOON + LENGTH)}


@pytest.mark.parametrize("length", [LENGTH, 4 * SECOND])
def test_a_holder_renews_it_at_half_time_for_its_own_length(database, monkeypatch, length):
    # As SQLite, which has no clock of its own
    monkeypatch.setattr(database, "time", lambda _: None)
    holder = Holder(database, "sheet", length)
    until = []

    for now in (
        NOON,
        NOON,
        NOON + length / 2 - SECOND,
        NOON + length / 2,
        NOON + length / 2 - SECOND,
    ):
        assert holder.holds(now)
        with database.reading() as session:
            until.append(leases(session)["sheet"][1])

    half, renewed = NOON + length, NOON + length / 2 + length
    # The clock was set back at last: it asks again
    assert until == [
        half,
        half,
        half,
        renewed,
        renewed - SECOND,
    ]


def test_a_holder_is_told_by_its_machine_its_process_and_by_chance(database, monkeypatch):
    monkeypatch.setattr("intake.lease.socket.gethostname", lambda: "m" * 100)

    Holder(database, "sheet").holds(NOON)
    Holder(database, "mail").holds(NOON)

    with database.reading() as session:
        (first, _), (second, _) = leases(session).values()
    for name in (first, second):
        assert re.fullmatch(f"m{{40}}:{os.getpid()}:[0-9a-f]{{8}}", name)
    assert first != second


def test_a_holder_that_takes_its_word_for_it_asks_no_database(database):
    holder = Holder(database, "sheet")
    holder.holds(NOON)
    with database.writing() as session:
        there = database.time(session) or NOON - SECOND
        session.execute(update(Lease).values(holder="another", expires_at=there + LENGTH))

    assert holder.holds(NOON)
    assert not holder.holds(NOON - SECOND)


def test_the_holder_keeps_it(session):
    take(session, "sheet", "a", now=NOON)

    assert take(session, "sheet", "a", now=NOON + LENGTH - SECOND)
    assert not take(session, "sheet", "b", now=NOON + LENGTH)


def test_another_takes_over_when_it_ran_out(session):
    take(session, "sheet", "a", now=NOON)

    assert take(session, "sheet", "b", now=NOON + LENGTH)
    assert not take(session, "sheet", "a", now=NOON + LENGTH)


def test_giving_back_frees_it_at_once_and_only_for_the_holder(session):
    take(session, "sheet", "a", now=NOON)

    give_back(session, "sheet", "b")
    assert not take(session, "sheet", "b", now=NOON)
    give_back(session, "sheet", "a")
    assert take(session, "sheet", "b", now=NOON)


def test_a_lease_from_a_clock_that_was_ahead_does_not_lock_anybody_out(session):
    take(session, "sheet", "a", now=NOON + timedelta(days=1))

    assert take(session, "sheet", "b", now=NOON)


def test_a_holder_asks_the_database_only_when_half_of_it_is_over(database):
    first, second = Holder(database, "sheet"), Holder(database, "sheet")

    assert first.holds(NOON)
    assert not second.holds(NOON)
    assert first.holds(NOON + LENGTH / 2 - SECOND)
    assert first.holds(NOON + LENGTH / 2)
    assert not second.holds(NOON + LENGTH)  # it was renewed at half-time


def test_who_gave_it_back_owns_it_no_more(database):
    first, second = Holder(database, "sheet"), Holder(database, "sheet")
    first.holds(NOON)

    first.give_back()

    assert second.holds(NOON + SECOND)
    assert not first.holds(NOON + SECOND)


def test_until_half_of_it_is_over_a_holder_takes_its_word_for_it(database):
    holder = Holder(database, "sheet")
    holder.holds(NOON)
    with database.writing() as session:
        session.execute(update(Lease).values(holder="another", expires_at=NOON + timedelta(days=1)))

    assert holder.holds(NOON + LENGTH / 2 - SECOND)
    with database.writing() as session:
        session.execute(update(Lease).values(expires_at=(database.time(session) or NOON) + LENGTH))
    assert not holder.holds(NOON + LENGTH / 2)
    assert not holder.holds(NOON + SECOND)  # what it lost, it asks for again


@ONLY_POSTGRESQL  # the relays of SQLite are on one machine, which has one clock
def test_relays_whose_clocks_disagree_still_take_turns(database):
    ahead, behind = Holder(database, "sheet"), Holder(database, "sheet")

    assert ahead.holds(NOON + timedelta(minutes=5))
    assert not behind.holds(NOON)
    assert not behind.holds(NOON + timedelta(seconds=20))
    ahead.give_back()
    assert behind.holds(NOON)
