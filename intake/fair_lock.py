"""A lock that lets threads in by the order in which they came, which Python's own does not promise."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairLock:
    """Lets one thread at a time into its block; it is not reentrant.

    For work that only computes: Python lets one thread at a time run anyhow, and changes from one to the other in the
    middle of the work, which costs more and keeps all of them waiting for longer than one after the other does.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._line: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        self._enter(is_next=False)

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().release()  # it stays taken: by whom this wakes
            else:
                self._is_taken = False

    @contextmanager
    def next(self) -> Iterator[None]:
        """Let this thread in before all others that wait."""
        self._enter(is_next=True)
        try:
            yield
        finally:
            self.__exit__()

    def let_others_pass(self) -> None:
        """Wait until everybody who is in the block or waits for it by now has left it."""
        with self:
            pass

    def _enter(self, *, is_next: bool) -> None:
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return
            place = threading.Lock()
            place.acquire()
            (self._line.appendleft if is_next else self._line.append)(place)
        place.acquire()  # until who leaves releases it
