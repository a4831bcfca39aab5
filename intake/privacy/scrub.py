"""Write the database's files anew, so that their raw bytes no longer hold who was erased.

A row that was emptied is gone for every question that can be asked, but not yet for somebody who reads the file: the
write-ahead log holds the page as it was, and PostgreSQL leaves the old version of a row in the table's file. SQLite
overwrites what it frees (`secure_delete`), and is rewritten whole here, because that covers what older versions of the
house left behind. PostgreSQL rewrites the tables, with their indexes and statistics; only their owner may do that, so
the application's own role can but say that it is due. Its write-ahead log keeps old records until it is recycled.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger import stamp
from intake.models import InstallationFact

DUE = "scrub due since"
TABLES = ("lead", "consent_opening", "correction", "queue_row", "call_log", "access_log", "outbox_entry")
"""Those in which an erasure empties or deletes something."""
PATIENCE = "10s"
REMEDY = "Run “intake db scrub” as the owner of the tables."


@dataclass(frozen=True)
class Scrubbed:
    """Whether it is done, and what to tell."""

    done: bool
    sentence: str


def ask_to_scrub(session: Session, *, now: datetime) -> None:
    """Note that the files still hold somebody who was erased."""
    session.merge(InstallationFact(name=DUE, value=stamp(now)))


def is_scrub_due(session: Session) -> bool:
    """Whether somebody was erased whose bytes may still stand in the files."""
    return session.get(InstallationFact, DUE) is not None


def scrub(database: Database) -> Scrubbed:
    """Rewrite the files, after the erasure was committed. Blocks writers for about a second per 100 MB."""
    with database.reading() as session:
        asked = session.scalar(select(InstallationFact.value).where(InstallationFact.name == DUE))
    try:
        with database.owning() as connection:
            done = _sqlite(connection) if database.is_sqlite else _postgresql(connection)
    except DBAPIError as error:
        return Scrubbed(False, f"The files could not be rewritten now ({type(error.orig).__name__}). {REMEDY}")
    if not done:
        return Scrubbed(False, f"The files still have to be rewritten. {REMEDY}")
    with database.writing() as session:
        fact = session.get(InstallationFact, DUE)
        if fact and fact.value == asked:  # else somebody was erased meanwhile
            session.delete(fact)
    return Scrubbed(True, "The database’s files were rewritten; their raw bytes no longer hold the person.")


def _sqlite(connection: Connection) -> bool:
    connection.execute(text("VACUUM"))
    busy, _, _ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    return not busy


def _postgresql(connection: Connection) -> bool:
    owned = text(
        "SELECT bool_and(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE oid = ANY(CAST(:names AS regclass[]))"
    )
    if not connection.scalar(owned, {"names": list(TABLES)}):
        return False
    connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
    try:
        connection.execute(text(f"VACUUM (FULL, ANALYZE) {', '.join(TABLES)}"))
    finally:
        connection.execute(text("RESET lock_timeout"))
    return True
