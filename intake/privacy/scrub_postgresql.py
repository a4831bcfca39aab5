"""Rewrite PostgreSQL's files after an erasure, and find out whether old versions of rows were kept.

`VACUUM FULL` copies a table into a new file without the versions that nobody can see any more. What
somebody may still see it copies as well, and says nothing: a report, a backup or a writer, also one
in another database of the same server, keeps the erased person's rows in the new file. So the
number of versions that were kept is read from what VACUUM tells, and where it is not 0 the
transactions that are open are waited for, and the table is rewritten again.

The planner's statistics hold values of the tables (`pg_statistic`: the most common ones, and
samples of the others). ANALYZE replaces them, and the former ones stand in that table's file until
it is rewritten as well.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager

from psycopg import Connection as PsycopgConnection
from psycopg.errors import Diagnostic
from sqlalchemy import Connection, text

STATISTICS = "pg_catalog.pg_statistic"
PAUSE, PAUSES = 0.2, 50
"""Seconds between two looks at who is still at work, and how many looks: about ten seconds in
all.
"""
TRIES = 3
"""Two could do: who was open at the first may have made somebody keep old versions who came
later.
"""
NUMBER = re.compile(r"\d+")
OWNS_DATABASE = text(
    "SELECT pg_has_role(datdba, 'USAGE') FROM pg_database WHERE datname = current_database()"
)
OPEN = text(
    "SELECT virtualxid FROM pg_locks WHERE locktype = 'virtualxid' AND granted AND pid <> "
    "pg_backend_pid()"
)
"""Each transaction of the server holds this lock on itself, and everybody may read the locks."""


def may_rewrite(connection: Connection) -> bool:
    """Return whether this role may rewrite the tables and the statistics: the owner of the database
    may.
    """
    return bool(connection.scalar(OWNS_DATABASE))


def rewrite(
    connection: Connection, tables: Sequence[str], *, pause: Callable[[float], None] = time.sleep
) -> bool:
    """Rewrite *tables* and the statistics; False where another transaction made the server keep old
    versions.
    """
    connection.execute(text(f"ANALYZE {', '.join(tables)}"))
    kept: Collection[str] = [*tables, STATISTICS]
    for attempt in range(TRIES):
        if attempt:
            _wait_for_open_transactions(connection, pause)
        kept = [table for table in kept if _rewrite_one(connection, table, pause)]
        if not kept:
            return True
    return False


def _rewrite_one(connection: Connection, table: str, pause: Callable[[float], None]) -> bool:
    """Rewrite *table*; True where old versions of its rows were kept, or nothing was told of it.

    While somebody else works on the table it is passed over, and tried again for a while. A
    lock_timeout would do as well, but it is set on a connection, and a pooler may carry out the
    next statement on another one.
    """
    details = _told_by_rewriting(connection, table)
    for _ in range(PAUSES):
        if details:
            break
        pause(PAUSE)
        details = _told_by_rewriting(connection, table)
    # "3 dead row versions cannot be removed yet.", in the server's language
    numbers = [NUMBER.search(detail.partition("\n")[0]) for detail in details]
    return not numbers or any(number is None or int(number[0]) > 0 for number in numbers)


def _told_by_rewriting(connection: Connection, table: str) -> list[str]:
    with _details(connection) as details:
        connection.execute(text(f"VACUUM (FULL, VERBOSE, SKIP_LOCKED) {table}"))
    return details


@contextmanager
def _details(connection: Connection) -> Iterator[list[str]]:
    """Listen to the details of what the server tells meanwhile."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, PsycopgConnection)  # noqa: S101  (the only driver we ship)
    heard = list[str]()

    def hear(said: Diagnostic) -> None:
        if said.message_detail:
            heard.append(said.message_detail)

    driver.add_notice_handler(hear)
    try:
        yield heard
    finally:
        driver.remove_notice_handler(hear)


def _wait_for_open_transactions(connection: Connection, pause: Callable[[float], None]) -> None:
    """Return when every transaction that is open now has ended, or after a while."""
    before = set(connection.scalars(OPEN))
    for _ in range(PAUSES):
        if not before & set(connection.scalars(OPEN)):
            return
        pause(PAUSE)
