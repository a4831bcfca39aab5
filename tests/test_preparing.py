"""Jobs that are prepared one after the other are stored together, and nobody prepares while SQLite
stores.
"""

import threading

from tests.test_group_commit import Asking, Gate
from tests.waiting import wait_until


def wait_for_line(together, number):
    wait_until(
        lambda: len(together.preparing._line) == number,
        f"{number} threads in the line",
        pause=0.001,
    )


def test_who_is_preparing_a_job_by_then_goes_along(database):
    gate = Gate(database)
    gate.go_on.set()
    prepares, is_led, results = threading.Event(), threading.Event(), {}

    def prepare():
        with gate.together.preparing:
            prepares.set()
            assert is_led.wait(60)
            wait = gate.together.hand_in("b")
        results["b"] = wait()

    def in_line():
        with gate.together.preparing:
            wait = gate.together.hand_in("c")
        results["c"] = wait()

    threads = [threading.Thread(target=prepare)]
    threads[0].start()
    assert prepares.wait(60)
    threads.append(threading.Thread(target=in_line))
    threads[1].start()
    wait_for_line(gate.together, 1)
    leader = Asking(gate.together, "a")
    wait_for_line(gate.together, 2)
    is_led.set()
    for thread in [*threads, leader]:
        thread.join(60)

    assert gate.groups == [["a", "b", "c"]]
    assert (leader.result, results) == ("done a", {"b": "done b", "c": "done c"})


def test_nobody_prepares_while_sqlite_stores_a_group_and_postgresql_hinders_nobody(database):
    gate = Gate(database)
    leader = Asking(gate.together, "a")
    assert gate.begun.wait(60)
    has_prepared = threading.Event()

    def prepare():
        with gate.together.preparing:
            has_prepared.set()

    thread = threading.Thread(target=prepare)
    thread.start()
    if database.is_sqlite:
        wait_for_line(gate.together, 1)
        assert not has_prepared.is_set()
    else:
        assert has_prepared.wait(60)
    gate.go_on.set()
    leader.join(60)
    thread.join(60)
    assert has_prepared.is_set()


def test_a_job_that_was_handed_in_is_stored_by_whoever_leads(database):
    gate = Gate(database)
    gate.go_on.set()
    result = gate.together.hand_in("a")

    assert gate.together("b") == "done b"
    assert gate.groups == [["a", "b"]]
    assert result() == "done a"
    assert gate.together("c") == "done c", "who comes back for a result leads nobody"
