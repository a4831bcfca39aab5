"""Write the database's files anew, so that their raw bytes no longer hold who was erased.

A row that was emptied is gone for every question that can be asked, but not yet for somebody who
reads the file: the write-ahead log holds the page as it was, and PostgreSQL leaves the old version
of a row in the table's file. SQLite overwrites what it frees (`secure_delete`), and is rewritten
whole here, because that covers what older versions of the house left behind. PostgreSQL rewrites
the tables, with their indexes and statistics (`scrub_postgresql`); only the owner of the database
may do that, so the application's own role can only say that it is due. Its write-ahead log keeps
old records until it is recycled.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger import stamp
from intake.models import InstallationFact
from intake.privacy.scrub_postgresql import may_rewrite, rewrite

DUE = "scrub due since"
TABLES = (
    "lead",
    "consent_opening",
    "correction",
    "queue_row",
    "call_log",
    "access_log",
    "outbox_entry",
)
"""Those in which an erasure empties or deletes something."""
HELD = (
    "The files still hold the person, because a transaction that began before the erasure is open "
    "(a report, a backup, another program). When it has ended, run “intake db scrub” as the owner "
    "of the database."
)
REMEDY = "Run “intake db scrub” as the owner of the database."


@dataclass(frozen=True)
class Scrubbed:
    """Whether it is done, and what to tell."""

    done: bool
    sentence: str


def ask_to_scrub(session: Session, *, now: datetime) -> None:
    """Note that the files still hold somebody who was erased."""
    session.merge(InstallationFact(name=DUE, value=stamp(now)))


def is_scrub_due(session: Session) -> bool:
    """Return whether somebody was erased whose bytes may still stand in the files."""
    return session.get(InstallationFact, DUE) is not None


def scrub(database: Database, *, pause: Callable[[float], None] = time.sleep) -> Scrubbed:
    """Rewrite the files, after the erasure was committed. Blocks writers for about a second per 100
    MB.
    """
    with database.reading() as session:
        asked = session.scalar(select(InstallationFact.value).where(InstallationFact.name == DUE))
    try:
        with database.owning() as connection:
            hindrance = (
                _sqlite(connection) if database.is_sqlite else _postgresql(connection, pause)
            )
    except DBAPIError as error:
        return Scrubbed(
            False, f"The files could not be rewritten now ({type(error.orig).__name__}). {REMEDY}"
        )
    if hindrance:
        return Scrubbed(False, hindrance)
    with database.writing() as session:
        fact = session.get(InstallationFact, DUE)
        if fact and fact.value == asked:  # else somebody was erased meanwhile
            session.delete(fact)
    return Scrubbed(
        True, "The database’s files were rewritten; their raw bytes no longer hold the person."
    )


def _sqlite(connection: Connection) -> str | None:
    connection.execute(text("VACUUM"))
    busy, _, _ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return HELD if busy else None


def _postgresql(connection: Connection, pause: Callable[[float], None]) -> str | None:
    if not may_rewrite(connection):
        return f"The files still have to be rewritten. {REMEDY}"
    return None if rewrite(connection, TABLES, pause=pause) else HELD
