"""A copy of the database to restore from: whole and of one moment, made while patients go on
asking.

Copying the files of a running SQLite database gives neither: its newest pages lie in the
write-ahead log.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from intake.db import Database


class NotBackedUp(Exception):
    """There is no copy; the message says why, and what to do."""


def back_up(database: Database, target: Path) -> int:
    """Copy the SQLite *database* to the new file *target*, for this account only; its size in
    bytes.

    The file appears when it is complete and was read through. Raises `NotBackedUp`.
    """
    if not database.is_sqlite:
        raise NotBackedUp(
            "PostgreSQL has its own tool: pg_dump --format=custom --file=FILE, and pg_restore."
        )
    if target.exists():
        raise NotBackedUp(f"{target} is there already; nothing was written. Name another file.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        _copy(database, draft)
        draft.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise NotBackedUp(f"{target} could not be written ({error}).") from error
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(database: Database, draft: Path) -> None:
    with closing(sqlite3.connect(draft)) as copy, database.owning() as connection:
        original = connection.connection.driver_connection
        assert isinstance(original, sqlite3.Connection)  # noqa: S101  (for the type: SQLAlchemy knows any driver)
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        found = copy.execute("PRAGMA quick_check").fetchone()
    if found != ("ok",):
        raise sqlite3.DatabaseError(f"the copy is damaged: {found[0]}")
