"""Connections to PostgreSQL that died while nobody used them are met before a patient's form meets
them.
"""

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import OperationalError

from intake import alive
from intake.db import Database
from intake.group_commit import GroupCommit
from intake.models import InstallationFact

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"])
END = text("SELECT pg_terminate_backend(:pid)")
MINE = text("SELECT pg_backend_pid()")


@pytest.fixture
def pings(database, monkeypatch):
    """How often the server was asked whether it is there."""
    dialect, asked = database.engine.dialect, []
    ping = dialect.do_ping

    def noted(connection):
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(dialect, "do_ping", noted)
    return asked


def pid(database):
    with database.writing() as session:
        return session.scalar(MINE)


def end(database, whose):
    """End the connection of *whose* from outside, and wait until it is gone."""
    other = Database(database.url.render_as_string(hide_password=False))
    with other.reading() as session:
        session.scalar(END, {"pid": whose})
        while session.scalar(
            text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid"), {"pid": whose}
        ):
            session.rollback()  # what is looked at is kept until the end of a transaction
    other.dispose()


def test_a_connection_that_was_used_just_now_is_used_again_without_a_question(database, pings):
    assert pid(database) == pid(database)
    assert pings == []


def test_one_that_lay_idle_for_long_is_asked(database, pings, monkeypatch):
    first = pid(database)
    monkeypatch.setattr(alive, "SHORT", 0.0)

    assert pid(database) == first
    assert len(pings) == 1


def test_one_that_the_server_ended_is_replaced(database, pings):
    first = pid(database)
    end(database, first)

    assert pid(database) != first
    assert len(pings) == 1


def test_one_that_was_closed_on_our_side_is_replaced(database):
    with database.reading() as session:
        first = session.scalar(MINE)
        driver = session.connection().connection.dbapi_connection
    driver.close()

    assert pid(database) != first


def store_and_lose(times):
    """A way to store jobs that loses its connection so many *times* in the middle of a
    transaction.
    """
    left = [times]

    def store(session, jobs):
        session.execute(insert(InstallationFact), [{"name": job, "value": "1"} for job in jobs])
        if left[0]:
            left[0] -= 1
            session.execute(END, {"pid": session.scalar(MINE)})
        return jobs

    return store


def stored(database):
    with database.reading() as session:
        return list(
            session.scalars(select(InstallationFact.name).where(InstallationFact.name == "job"))
        )


def test_a_connection_lost_before_the_commit_takes_no_job_along(database):
    assert GroupCommit(database, store_and_lose(1))("job") == "job"
    assert stored(database) == ["job"]


def test_it_is_tried_again_once_only(database):
    with pytest.raises(OperationalError):
        GroupCommit(database, store_and_lose(2))("job")
    assert stored(database) == []


def test_what_was_lost_at_the_commit_is_not_stored_again(database):
    calls = []

    def store(session, jobs):
        session.execute(MINE)
        calls.append(jobs)
        return jobs

    def lose(connection):
        end(database, connection.connection.dbapi_connection.info.backend_pid)

    event.listen(database.engine, "commit", lose)
    with pytest.raises(OperationalError):
        GroupCommit(database, store)("job")
    event.remove(database.engine, "commit", lose)

    assert calls == [["job"]]
