"""Jobs that wait together share a transaction, and nobody's failure takes another's along."""

import sqlite3
import threading
from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from intake.group_commit import MOST_TOGETHER, GroupCommit, WaitedTooLong
from intake.models import InstallationFact

NAMES = select(InstallationFact.name).where(InstallationFact.name.like("job %"))


class Gate:
    """Holds the first group until the test lets it go, and notes which jobs were stored
    together.
    """

    def __init__(self, database):
        self.groups = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.together = GroupCommit(database, self.store)

    def store(self, session, jobs):
        self.groups.append(list(jobs))
        self.begun.set()
        assert self.go_on.wait(60)
        session.execute(
            insert(InstallationFact), [{"name": f"job {job}", "value": "1"} for job in jobs]
        )
        return [f"done {job}" for job in jobs]


class Asking(threading.Thread):
    def __init__(self, together, job):
        super().__init__()
        self.together, self.job = together, job
        self.result = self.error = None
        self.start()

    def run(self):
        try:
            self.result = self.together(self.job)
        except Exception as error:
            self.error = error


def waiting(together, number):
    while len(together._waiting) < number:
        threading.Event().wait(0.001)


def run_first_then(gate, first, others):
    """Start *others* while *first* is being stored; let all go on, and wait for them."""
    threads = [Asking(gate.together, first)]
    assert gate.begun.wait(60)
    for at, job in enumerate(others, 1):
        threads.append(Asking(gate.together, job))
        waiting(gate.together, at)
    gate.go_on.set()
    for thread in threads:
        thread.join(60)
    return threads


def stored(database):
    with database.reading() as session:
        return sorted(name.removeprefix("job ") for name in session.scalars(NAMES))


def test_those_who_wait_share_one_transaction_and_each_has_its_own_result(database):
    gate = Gate(database)

    threads = run_first_then(gate, "a", "bcdef")

    assert gate.groups == [["a"], [*"bcdef"]]
    assert [thread.result for thread in threads] == [f"done {job}" for job in "abcdef"]
    assert stored(database) == [*"abcdef"]


class AtCommit:
    """Notes at each commit what is known of the results."""

    def __init__(self):
        self.threads, self.known = [], []

    def before_commit(self, _):
        self.known.append([thread.result for thread in self.threads])

    def after_commit(self, _):
        pass


def test_nobody_is_answered_before_the_commit(database):
    gate, database._keeper = Gate(database), (at_commit := AtCommit())
    at_commit.threads.append(first := Asking(gate.together, "a"))
    assert gate.begun.wait(60)
    at_commit.threads.append(second := Asking(gate.together, "b"))
    waiting(gate.together, 1)
    gate.go_on.set()
    first.join(60)
    second.join(60)

    assert at_commit.known[0] == [None, None]
    assert at_commit.known[1][1] is None
    assert [first.result, second.result] == ["done a", "done b"]


def test_one_jobs_failure_takes_no_other_along(database):
    gate = Gate(database)
    with database.writing() as session:
        session.execute(insert(InstallationFact).values(name="job c", value="was here"))

    threads = run_first_then(gate, "a", "bcd")

    assert [thread.result for thread in threads] == ["done a", "done b", None, "done d"]
    assert [type(thread.error) for thread in threads] == [
        type(None),
        type(None),
        IntegrityError,
        type(None),
    ]
    assert stored(database) == [*"abcd"]
    assert Counter(map(len, gate.groups)) == {1: 4, 3: 1}


def test_an_outage_is_told_to_all_and_not_tried_again_for_each(database):
    groups = []

    def fail(session, jobs):
        groups.append(list(jobs))
        if len(groups) == 1:
            gate.begun.set()
            gate.go_on.wait(60)
        raise OperationalError("INSERT", {}, _full())

    gate = Gate(database)
    gate.together._store = fail

    threads = run_first_then(gate, "a", "bcd")

    assert groups == [["a"], [*"bcd"]]
    assert [type(thread.error) for thread in threads] == [OperationalError] * 4


def _full():
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


def test_when_the_leader_cannot_even_begin_those_who_wait_are_told(database, monkeypatch):
    gate = Gate(database)
    begins = threading.Event()
    go_on = threading.Event()

    @contextmanager
    def no_database():
        begins.set()
        assert go_on.wait(60)
        raise OperationalError("BEGIN", {}, _full())
        yield

    monkeypatch.setattr(database, "in_turn", no_database)
    threads = [Asking(gate.together, "a")]
    assert begins.wait(60)
    threads.append(Asking(gate.together, "b"))
    waiting(gate.together, 2)
    go_on.set()
    for thread in threads:
        thread.join(60)

    assert [type(thread.error) for thread in threads] == [OperationalError] * 2
    monkeypatch.undo()
    gate.go_on.set()
    assert gate.together("c") == "done c", "the next one leads"


def test_who_waited_too_long_is_told_so_and_never_stored(database, monkeypatch):
    monkeypatch.setattr("intake.group_commit.LONGEST_WAIT", 0.01)
    gate = Gate(database)
    first = Asking(gate.together, "a")
    assert gate.begun.wait(60)

    with pytest.raises(WaitedTooLong):
        gate.together("late")

    gate.go_on.set()
    first.join(60)
    assert (first.result, stored(database)) == ("done a", ["a"])
    assert gate.together("b") == "done b"


class Ended(BaseException):
    """The leader is told to end, as by Ctrl-C."""


def test_a_leader_that_is_ended_takes_nobody_along_who_would_wait_for_ever(database):
    gate, told = Gate(database), []
    store = gate.store

    def ended(session, jobs):
        store(session, jobs)
        if jobs != ["a"]:
            raise Ended

    def ask(job):
        try:
            gate.together(job)
        except Ended:
            told.append(job)

    gate.together._store = lambda session, jobs: ended(session, jobs) or jobs
    first = Asking(gate.together, "a")
    assert gate.begun.wait(60)
    threads = []
    for at, job in enumerate("bc", 1):
        threads.append(threading.Thread(target=ask, args=[job], daemon=True))
        threads[-1].start()
        waiting(gate.together, at)
    gate.go_on.set()
    for thread in (first, *threads):
        thread.join(60)

    assert sorted(told) == ["b", "c"]
    assert stored(database) == ["a"]
    gate.together._store = store
    assert gate.together("d") == "done d", "somebody else leads next"


def _lost():
    return OperationalError(
        "INSERT", {}, Exception("the server closed the connection"), connection_invalidated=True
    )


@pytest.mark.parametrize(
    ("error", "tries"), [(_lost(), 2), (OperationalError("INSERT", {}, Exception("locked")), 1)]
)
def test_what_a_lost_connection_took_along_before_its_commit_is_stored_on_another(
    database, error, tries
):
    gate = Gate(database)
    gate.go_on.set()

    def store(session, jobs):
        done = gate.store(session, jobs)
        if len(gate.groups) == 1:
            raise error
        return done

    gate.together._store = store
    asking = Asking(gate.together, "a")
    asking.join(60)

    assert gate.groups == [["a"]] * tries
    assert (asking.result, asking.error) == (("done a", None) if tries == 2 else (None, error))
    assert stored(database) == (["a"] if tries == 2 else [])


def test_what_became_of_a_commit_whose_answer_was_lost_is_not_guessed(database, monkeypatch):
    gate, lost, in_turn = Gate(database), _lost(), database.in_turn
    gate.go_on.set()

    @contextmanager
    def loses_the_answer():
        with in_turn() as session:
            yield session
        raise lost

    monkeypatch.setattr(database, "in_turn", loses_the_answer)
    asking = Asking(gate.together, "a")
    asking.join(60)

    assert (gate.groups, asking.result, asking.error) == ([["a"]], None, lost)


class Turnstile:
    """A lock at which each thread that comes for the third time is kept until *let_in* returns."""

    def __init__(self, let_in):
        self.lock, self.let_in = threading.Lock(), let_in
        self.times: Counter[int] = Counter()

    def __enter__(self):
        self.times[threading.get_ident()] += 1
        if self.times[threading.get_ident()] == 3:
            self.let_in()
        self.lock.acquire()

    def __exit__(self, *_):
        self.lock.release()


def test_who_is_taken_at_the_last_moment_waits_for_what_becomes_of_it(database, monkeypatch):
    """The time of the second job runs out while the first one, which leads, takes both."""
    monkeypatch.setattr("intake.group_commit.LONGEST_WAIT", 0)
    gate, has_begun, go_on = Gate(database), threading.Event(), threading.Event()
    in_turn = database.in_turn

    @contextmanager
    def begins_slowly():
        has_begun.set()
        assert go_on.wait(60)
        with in_turn() as session:
            yield session

    def time_is_up():
        if threading.current_thread() is not first:
            go_on.set()
            assert gate.begun.wait(60)

    monkeypatch.setattr(database, "in_turn", begins_slowly)
    monkeypatch.setattr(gate.together, "_lock", Turnstile(time_is_up))
    first = Asking(gate.together, "a")
    assert has_begun.wait(60)
    late = Asking(gate.together, "late")
    assert gate.begun.wait(60)
    gate.go_on.set()
    for thread in (first, late):
        thread.join(60)

    assert gate.groups == [["a", "late"]]
    assert [(thread.result, thread.error) for thread in (first, late)] == [
        ("done a", None),
        ("done late", None),
    ]


def test_who_is_told_to_lead_at_the_last_moment_leads(database, monkeypatch):
    """The time of the second job runs out while the first one, which has ended, wakes it."""
    monkeypatch.setattr("intake.group_commit.LONGEST_WAIT", 0)
    gate = Gate(database)
    first = Asking(gate.together, "a")
    assert gate.begun.wait(60)

    def time_is_up():
        gate.go_on.set()
        first.join(60)

    monkeypatch.setattr(gate.together, "_lock", Turnstile(time_is_up))
    late = Asking(gate.together, "late")
    late.join(60)

    assert gate.groups == [["a"], ["late"]]
    assert [(thread.result, thread.error) for thread in (first, late)] == [
        ("done a", None),
        ("done late", None),
    ]


def test_a_group_has_its_limit(database):
    gate = Gate(database)

    run_first_then(gate, "first", [f"{at:03}" for at in range(MOST_TOGETHER + 3)])

    assert [len(group) for group in gate.groups] == [1, MOST_TOGETHER, 3]
    assert len(stored(database)) == MOST_TOGETHER + 4


def test_many_threads_at_once_lose_nothing(database):
    def store(session, jobs):
        session.execute(
            insert(InstallationFact), [{"name": f"job {job}", "value": "1"} for job in jobs]
        )
        return jobs

    together = GroupCommit(database, store)

    threads = [Asking(together, f"{at:03}") for at in range(60)]
    for thread in threads:
        thread.join(60)

    assert [thread.error for thread in threads if thread.error] == []
    assert [thread.result for thread in threads] == [thread.job for thread in threads]
    assert stored(database) == [thread.job for thread in threads]
