"""Ways to spoil a database for the length of a test, as a disk, a server or somebody else would."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, text
from sqlalchemy.pool import Pool

from intake.db import Database


@contextmanager
def every_sqlite_connection(pragma: str) -> Iterator[None]:
    """Have every new connection set *pragma*, before the house's guard forbids it."""

    def prepare(connection: object, _: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute(pragma)

    event.listen(Pool, "connect", prepare)
    try:
        yield
    finally:
        event.remove(Pool, "connect", prepare)


@contextmanager
def full(database: Database) -> Iterator[None]:
    """SQLite that gets no page more than it has."""
    with every_sqlite_connection("PRAGMA max_page_count = 1"):
        database.dispose()
        yield
    database.dispose()


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """SQLite whose connections may not write, or PostgreSQL as it is on a standby."""
    if database.is_sqlite:
        with every_sqlite_connection("PRAGMA query_only = ON"):
            database.dispose()
            yield
        return
    name = database.url.database
    _administer(database, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.dispose()
    yield
    _administer(database, f"ALTER DATABASE {name} RESET default_transaction_read_only")


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """SQLite while somebody else writes for longer than anybody waits."""
    other = sqlite3.connect(str(database.url.database))
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def _administer(database: Database, statement: str) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(statement))
        connection.invalidate()
