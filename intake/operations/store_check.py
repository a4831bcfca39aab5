"""Can the database take a patient's request at this moment? Found out by writing as much as a
request does.

Reading answers from memory while the disk is full, and a transaction that is rolled back may never
reach the disk. So the probe commits: it adds a row of a request's size and deletes it again. The
table stays empty, but the engine had to find the room, write it to its log and have the disk
confirm it. What it took stays free for the next request.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from intake.db import Database
from intake.grants import not_granted
from intake.models import ConsentStatement, Lead, StaffMember, WriteProbe
from intake.operations.finding import Finding, failure, fine, warning
from intake.outage import Outage, outage_of

SIZE = {"sqlite": 128 * 1024, "postgresql": 8 * 1024}
"""Bytes. On SQLite the longest request changes about 30 pages of 4 KiB; PostgreSQL extends each
table by a page.
"""
LITTLE_ROOM = 256 * 2**20
PATIENCE = 3
"""Seconds that the probe waits for SQLite's write lock: less than a form does, and less than what
watches us.
"""


def check_reachable(database: Database) -> Finding:
    """Return whether the database answers and has the schema of this version."""
    engine = database.url.get_backend_name()
    try:
        current = database.is_current()
    except SQLAlchemyError as error:
        return _unfit(engine, error)
    if not current:
        return failure(
            "database",
            f"{engine} is reachable but its schema is not current; run “intake db upgrade”",
        )
    return fine("database", f"{engine}, schema current")


def check_clinic_key(database: Database, key: str) -> Finding:
    """Return whether all that the database holds belongs to the clinic with this *key*.

    One installation serves one clinic (decision 13): with another clinic's file, a relay would
    write patients into a sheet that is not their clinic's.
    """
    with database.reading() as session:
        # Two statements, because each reads one end of the index
        ends = (session.scalar(select(end(Lead.clinic))) for end in (func.min, func.max))
        keys = {found for found in ends if found}
        keys |= set(session.scalars(select(ConsentStatement.clinic).distinct()))
        keys |= set(session.scalars(select(StaffMember.clinic).distinct()))
    others = sorted(keys - {key})
    if others:
        return failure(
            "clinic",
            f"the database holds data of the clinic “{others[0]}”, and the clinic file has the "
            f"key “{key}”; set INTAKE_DATABASE_URL to this clinic’s own database, or "
            "INTAKE_CLINIC to the file of the clinic that the database belongs to",
        )
    return fine("clinic", f"the database is the clinic “{key}”’s own")


def check_store(database: Database) -> Finding:
    """Return whether the database answers, has the schema of this version, and stores what it is
    given.
    """
    found = check_reachable(database)
    if found.is_failure:
        return found
    try:
        with _hurried(database) as hurried:
            refused = _write(hurried)
    except SQLAlchemyError as error:
        return _unfit(database.url.get_backend_name(), error)
    if refused:
        return failure(
            "database",
            f"the role may not use {', '.join(refused)}; run “intake db grant” as the owner",
        )
    return fine("database", f"{found.sentence}, takes writes")


def check_room(database: Database) -> Iterator[Finding]:
    """Warn while the disk under an SQLite database fills up; PostgreSQL's disk is its server's to
    watch.
    """
    path = database.url.database
    if database.is_sqlite and path and Path(path).exists():
        free = disk_usage(path).free
        if free < LITTLE_ROOM:
            yield warning(
                "disk",
                f"{free // 2**20} MB are free where the database lies; make room before it is full",
            )


def _write(database: Database) -> list[str]:
    """Write and delete; return the tables that the role may not use all the same (PostgreSQL)."""
    # PostgreSQL would compress a regular one
    filling = secrets.token_bytes(SIZE[database.url.get_backend_name()])
    with database.writing() as session:
        session.execute(insert(WriteProbe).values(filling=filling))
        session.execute(delete(WriteProbe))
        return [] if database.is_sqlite else not_granted(session.connection())


@contextmanager
def _hurried(database: Database) -> Iterator[Database]:
    """Yield the same database with less patience. PostgreSQL has no lock for all writers, and needs
    none.
    """
    if not database.is_sqlite:
        yield database
        return
    hurried = Database(database.url.render_as_string(hide_password=False), patience=PATIENCE)
    try:
        yield hurried
    finally:
        hurried.dispose()


def _unfit(engine: str, error: SQLAlchemyError) -> Finding:
    return failure("database", f"{engine} {(outage_of(error) or Outage.FAILED).sentence}")
