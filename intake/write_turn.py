"""Whose turn it is to write to an SQLite file, among all processes of an installation.

SQLite itself lets a writer that finds the file locked sleep for up to 100 ms a time and try again,
so with several busy processes one can wait for seconds while others go through. This asks again
every millisecond. SQLite's own lock is taken as well; the turn only decides who asks for it next.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_AGAIN = 0.001  # seconds


class WriteTurn:
    """A lock on a file beside the database, which the kernel gives up when its process ends."""

    def __init__(self, database: Path, patience: float) -> None:
        self._place, self._patience = f"{database}-turn", patience

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Hold the turn during the block. Who has no patience left, or can make no file, goes on
        without it.
        """
        try:
            file = os.open(self._place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            yield  # the database beside it cannot be written either, and says so better
            return
        try:
            self._wait(file)
            yield
        finally:
            os.close(file)

    def _wait(self, file: int) -> None:
        until = time.monotonic() + self._patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    return
                time.sleep(LOOK_AGAIN)
            else:
                return
