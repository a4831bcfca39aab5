"""Several processes read one moment of the database, whoever writes meanwhile."""

import os
import threading
from contextlib import suppress
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from intake.db import Database
from intake.models import Lead
from intake.one_moment import NotSplit, _begin_together, one_moment, results_of
from tests.engines import ONLY_SQLITE
from tests.factories import Factory


def number_of_requests(session):
    return session.scalar(select(func.count()).select_from(Lead))


def who(session, name):
    return name, os.getpid()


def fail(session):
    raise LookupError("the task failed")


def end(session):
    os._exit(1)


def test_what_is_written_later_is_not_seen(database, clinic):
    with one_moment(database) as session:
        with database.writing() as other:
            Factory(other, clinic)()

        assert number_of_requests(session) == 0

    with one_moment(database) as session:
        assert number_of_requests(session) == 1


def test_results_come_in_the_order_of_the_tasks_from_other_processes(database):
    found = results_of(database, [partial(who, name=name) for name in "abcdef"], 2)

    assert [name for name, _ in found] == list("abcdef")
    assert os.getpid() not in {process for _, process in found}


def test_all_processes_see_one_moment_while_another_writes(database, clinic):
    done = threading.Event()

    def write():
        while not done.is_set():
            with database.writing() as session:
                Factory(session, clinic)()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = results_of(database, [number_of_requests] * 4, 2)
    finally:
        done.set()
        writer.join()

    assert len(set(found)) == 1


class Gate:
    """Counts who waits, and asks at each wait whether somebody else could write just then."""

    def __init__(self, database):
        self.other, self.could_write = Database(str(database.url), patience=0), []

    def wait(self):
        with suppress(OperationalError):
            with self.other.writing() as session:
                session.connection()
            self.could_write.append(True)
            return
        self.could_write.append(False)

    def abort(self):
        self.other.dispose()


@ONLY_SQLITE  # PostgreSQL hands on a snapshot and needs no lock
def test_nobody_writes_while_the_processes_begin(database):
    gate = Gate(database)

    _begin_together(database, gate)

    assert gate.could_write == [True, False, False]


def test_what_a_task_raises_is_raised(database):
    with pytest.raises(LookupError, match="the task failed"):
        results_of(database, [number_of_requests, fail], 2)


def test_a_process_that_is_ended_is_told(database):
    with pytest.raises(NotSplit):
        results_of(database, [number_of_requests, end], 2)
