"""A lock that lets threads in by the order in which they came, which Python's own does not
promise.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairLock:
    """Lets one thread at a time into its block; it is not reentrant.

    It serves work that only computes. Python runs one thread at a time anyhow, and switches between
    them in the middle of their work. That costs more than one after the other, and each of them is
    ready later.
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
                self._line.popleft().release()  # wakes the next one, who has it now
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
        """Wait until all threads that are in the block, or wait for it now, have left it."""
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
        place.acquire()  # waits until the thread before it leaves
