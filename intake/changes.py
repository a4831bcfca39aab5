"""Tells cheaply whether the database may have changed, so that what is kept in memory is read again
only then.
"""

import sqlite3
import threading
import time
from collections.abc import Hashable

from intake.db import Database

POLL = 1.0
"""Seconds for which a value read from PostgreSQL may be used: it has no counter of changes that
costs no query.
"""


class ChangeWatch:
    """A mark of the database's state: while it stays the same, nothing was committed (PostgreSQL:
    for up to `POLL`).

    SQLite counts the commits of all processes (PRAGMA data_version); a connection of our own is
    asked for the counter, which takes two microseconds.
    """

    def __init__(self, database: Database) -> None:
        self._file = database.url.database if database.is_sqlite else None
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def mark(self) -> Hashable:
        """Return a value that differs from an earlier one once something was committed."""
        if self._file is None:
            return int(time.monotonic() / POLL)
        with self._lock:
            if self._connection is None:
                self._connection = sqlite3.connect(self._file, check_same_thread=False)
            (counter,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(counter)


def wait_for_readers(database: Database) -> None:
    """Wait until every process has stopped using what it read before: on PostgreSQL `POLL`, on
    SQLite not at all.
    """
    if not database.is_sqlite:
        time.sleep(POLL)
