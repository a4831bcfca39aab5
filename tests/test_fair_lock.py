"""Threads come in one at a time, in the order in which they came."""

import threading

import pytest

from intake.fair_lock import FairLock
from tests.waiting import wait_until


class Guest(threading.Thread):
    """Comes to a lock, notes its name inside, and leaves when it is told to."""

    def __init__(self, lock, name, came, *, is_next=False):
        super().__init__(name=name)
        self.lock, self.came, self.is_next = lock, came, is_next
        self.leaves = threading.Event()
        self.start()

    def run(self):
        with self.lock.next() if self.is_next else self.lock:
            self.came.append(self.name)
            assert self.leaves.wait(60)


def until(is_true):
    wait_until(is_true, "a thread to come or to leave", pause=0.001)


def guests(lock, came, *names, nexts=()):
    """Have each come when those before it stand in the line."""
    there = []
    for at, name in enumerate(names):
        there.append(Guest(lock, name, came, is_next=name in nexts))
        until(lambda at=at: len(lock._line) == at if at else came)
    return there


def leave_in_turn(there, came):
    for at in range(1, len(there) + 1):
        until(lambda at=at: len(came) == at)
        next(one for one in there if one.name == came[-1]).leaves.set()
    for one in there:
        one.join(60)


@pytest.mark.parametrize(
    ("nexts", "order"), [((), "abcd"), (("d",), "adbc"), (("c", "d"), "adcb"), (("a",), "abcd")]
)
def test_in_the_order_in_which_they_came_except_who_is_next(nexts, order):
    lock, came = FairLock(), list[str]()

    leave_in_turn(guests(lock, came, *"abcd", nexts=nexts), came)

    assert came == [*order]


def test_one_at_a_time():
    lock, inside, most = FairLock(), [], []

    def work():
        for _ in range(200):
            with lock:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert (set(most), len(most)) == ({1}, 1600)


@pytest.mark.parametrize("is_next", [False, True])
def test_it_is_free_again_when_what_was_done_inside_failed(is_next):
    lock = FairLock()

    with pytest.raises(LookupError), lock.next() if is_next else lock:
        raise LookupError

    with lock:
        pass


def test_who_lets_others_pass_waits_for_all_who_are_there():
    lock, came = FairLock(), list[str]()
    there = guests(lock, came, "a", "b")
    passed = threading.Event()

    def let_pass():
        lock.let_others_pass()
        passed.set()

    thread = threading.Thread(target=let_pass)
    thread.start()
    until(lambda: len(lock._line) == 2)
    there[0].leaves.set()
    until(lambda: came == ["a", "b"])
    assert not passed.is_set()
    there[1].leaves.set()
    thread.join(60)

    assert passed.is_set()
    with lock:
        pass
