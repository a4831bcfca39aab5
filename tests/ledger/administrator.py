"""Whoever has the database itself, and so gets past every trigger."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text

from intake.db import Database
from intake.sqlite_guard import LOG


@contextmanager
def as_administrator(database: Database) -> Iterator[Connection]:
    """A connection of whoever has the database itself: no guard, no foreign keys, and the triggers
    are taken away.
    """
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            for table in sorted(LOG | {"access_log"}):  # which is guarded by triggers alone
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
        return
    engine = create_engine(database.url)
    with engine.begin() as connection:
        triggers = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            .scalars()
            .all()
        )
        for trigger in triggers:
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        yield connection
    engine.dispose()
