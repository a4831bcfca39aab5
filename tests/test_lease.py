"""One relay at a time owns the sheet, and another takes over when it dies."""

from datetime import timedelta

from sqlalchemy import update

from intake.lease import LENGTH, Holder, give_back, take
from intake.models import Lease
from tests.conftest import NOON
from tests.engines import ONLY_POSTGRESQL

SECOND = timedelta(seconds=1)


def test_one_at_a_time(session):
    assert take(session, "sheet", "a", now=NOON) is True
    assert take(session, "sheet", "b", now=NOON + SECOND) is False
    assert take(session, "another", "b", now=NOON) is True


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
