"""Engines as the house needs them: what a connection is set to, how long it waits, and when it is
given up.

Errors hide the parameters of a statement: they are names and numbers of patients, and errors are
logged.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from intake.alive import replace_dead_connections
from intake.config import make_database_file
from intake.outage import must_reconnect
from intake.sql import SqlStatement, execute
from intake.sqlite_guard import guard

BEGIN = SqlStatement("BEGIN", returns_rows=False)
BEGIN_WRITING = SqlStatement("BEGIN IMMEDIATE", returns_rows=False)
WAIT_FOR_LOCK = 10  # seconds that a writer waits for SQLite's one write lock
THRESHOLD = "prepare_threshold"
PREPARE_AFTER = 5
"""Times that a connection runs a statement before the server prepares it."""
DRIVER: dict[str, Any] = {
    THRESHOLD: None,  # see `_prepare_statements_where_direct`
    "connect_timeout": 10,  # seconds; a server that is gone does not say so
    "tcp_user_timeout": 20_000,  # milliseconds until what was sent must have arrived there
}
"""How psycopg connects; the address in INTAKE_DATABASE_URL may say otherwise."""


def postgresql_engine(url: URL) -> Engine:
    """Return the engine for PostgreSQL, which also works behind a pooler of transactions."""
    arguments: dict[str, Any] = {
        name: value for name, value in DRIVER.items() if name not in url.query
    }
    if THRESHOLD in url.query:  # the driver compares it with a number
        arguments[THRESHOLD] = int(str(url.query[THRESHOLD]))
    engine = create_engine(
        url.difference_update_query([THRESHOLD]), hide_parameters=True, connect_args=arguments
    )
    replace_dead_connections(engine)
    if arguments[THRESHOLD] is None:
        event.listen(engine, "connect", _prepare_statements_where_direct)
    event.listen(engine, "handle_error", _give_up)
    return engine


def sqlite_engine(
    url: URL, *, patience: float = WAIT_FOR_LOCK, may_migrate: bool = False
) -> Engine:
    """Return the engine for SQLite. Makes the file, for this account only, where there is none."""
    path = url.database
    if path and path != ":memory:" and not path.startswith("file:"):
        make_database_file(Path(path))  # names and numbers of patients: for this account only
    engine = create_engine(
        url, connect_args={"timeout": patience}, hide_parameters=True, pool_use_lifo=True
    )
    event.listen(engine, "connect", _prepare)
    if not may_migrate:
        event.listen(engine, "connect", lambda connection, _: guard(connection))
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _give_up)
    return engine


def _prepare_statements_where_direct(connection: Any, _: object) -> None:
    """Have the server prepare statements that come again: planning those of a request took as long
    as running them.

    Behind a pooler such as PgBouncer nothing may be prepared: each transaction can run on another
    connection to the server. A server tells a new connection the number of the process that serves
    it. A pooler tells it another number.
    """
    (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
    connection.rollback()
    if pid == connection.info.backend_pid:
        connection.prepare_threshold = PREPARE_AFTER


def _give_up(context: ExceptionContext) -> None:
    """Have the pool replace connections that would go on failing after the cause is mended."""
    error = context.sqlalchemy_exception
    if error is not None and must_reconnect(error):
        context.is_disconnect = True


def _prepare(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = (
        None  # the driver must not begin transactions by itself: `_begin` does
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # confirmed means on disk, a power cut included
    # Else a statement of several rows makes and removes a file
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is erased is overwritten, not only marked as free
    connection.execute("PRAGMA secure_delete = ON")
    # Else INSERT OR REPLACE slips past the append-only triggers
    connection.execute("PRAGMA recursive_triggers = ON")


def _begin(connection: Connection) -> None:
    # A transaction that starts by reading and then writes can fail at once with "database is
    # locked"; one that
    # takes the write lock first waits its turn.
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    writes = connection.get_execution_options().get("writes", False)
    execute(connection, BEGIN_WRITING if writes else BEGIN)
