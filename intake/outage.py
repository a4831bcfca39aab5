"""Why the database does not do its work, told from the error of its driver.

SQLAlchemy sorts errors by the class that the driver gave them, and the drivers disagree: a
read-only PostgreSQL is an InternalError, a full disk an OperationalError, a lost permission a
ProgrammingError. The engine's own code says more.
"""

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import (
    DBAPIError,
    DisconnectionError,
    InterfaceError,
    OperationalError,
    PendingRollbackError,
    TimeoutError,  # noqa: A004  (SQLAlchemy's name: no connection of the pool became free)
)


class Outage(StrEnum):
    """The reason, as a word for the log."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read-only"
    CROWDED = "crowded"
    FORBIDDEN = "forbidden"
    DISK = "disk"
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"
    OTHER_SCHEMA = "other-schema"
    FAILED = "failed"

    @property
    def sentence(self) -> str:
        """Return what is the matter and what to do, for whoever runs the installation."""
        return SENTENCES[self]


SENTENCES = {
    Outage.FULL: (
        "has no room left to write; free space on the disk that holds it, or make its quota larger"
    ),
    Outage.LOCKED: (
        "is locked by another process for too long; end what holds it (a copy, a tool, "
        "a long transaction)"
    ),
    Outage.READ_ONLY: "is read-only; make its disk or file writable, or connect to the PostgreSQL "
    "server that takes writes (after a fail-over this one may be the standby; "
    "see also default_transaction_read_only)",
    Outage.CROWDED: (
        "has no connection free; raise max_connections or the pooler's limits, or run "
        "fewer processes"
    ),
    Outage.FORBIDDEN: "refuses us; check user, password and database name in INTAKE_DATABASE_URL "
    "and what the role may "
    "do (intake db grant), or the permissions of the file and its folder",
    Outage.DISK: (
        "cannot use its disk (input/output error); check the disk, its quota and how it is mounted"
    ),
    Outage.DAMAGED: (
        "is damaged; stop all processes, and restore the newest backup (docs/running.md)"
    ),
    Outage.UNREACHABLE: "cannot be reached; check INTAKE_DATABASE_URL and that the server runs",
    Outage.OTHER_SCHEMA: "has another schema than this version needs; run “intake db upgrade”",
    Outage.FAILED: "does not do its work; see its own log",
}

SQLITE = {
    sqlite3.SQLITE_PERM: Outage.FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: Outage.FORBIDDEN,
    sqlite3.SQLITE_BUSY: Outage.LOCKED,
    sqlite3.SQLITE_LOCKED: Outage.LOCKED,
    sqlite3.SQLITE_PROTOCOL: Outage.LOCKED,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_IOERR: Outage.DISK,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
    sqlite3.SQLITE_SCHEMA: Outage.OTHER_SCHEMA,
}
"""Primary result codes (sqlite.org/rescode.html)."""
POSTGRESQL = {
    "25006": Outage.READ_ONLY,
    "42501": Outage.FORBIDDEN,
    "28": Outage.FORBIDDEN,
    "3D": Outage.FORBIDDEN,
    "53100": Outage.FULL,
    "53": Outage.CROWDED,
    "55P03": Outage.LOCKED,
    "55006": Outage.LOCKED,
    "40": Outage.LOCKED,
    "57014": Outage.LOCKED,
    "57": Outage.UNREACHABLE,
    "08": Outage.UNREACHABLE,
    "58": Outage.DISK,
    "XX001": Outage.DAMAGED,
    "XX002": Outage.DAMAGED,
    "42P01": Outage.OTHER_SCHEMA,
    "42703": Outage.OTHER_SCHEMA,
    "3F": Outage.OTHER_SCHEMA,
    "25": Outage.FAILED,
    "26": Outage.FAILED,
    "42P05": Outage.FAILED,
}
"""SQLSTATEs, and classes of them by their first two characters (PostgreSQL's appendix A)."""
REFUSALS = {
    "too many clients": Outage.CROWDED,
    "connection slots": Outage.CROWDED,
    "too many connections": Outage.CROWDED,
    "no more connections": Outage.CROWDED,
    "authentication": Outage.FORBIDDEN,
    "pg_hba": Outage.FORBIDDEN,
    "does not exist": Outage.FORBIDDEN,
    "not permitted": Outage.FORBIDDEN,
}
"""A refused connection has no code in the driver: only the server's sentence tells it."""


def outage_of(error: BaseException) -> Outage | None:
    """Return the outage that *error* tells of; None when it is no error of the store but a mistake
    of ours.
    """
    if isinstance(error, TimeoutError):
        return Outage.CROWDED
    if isinstance(error, DisconnectionError):
        return Outage.UNREACHABLE
    # What follows when the connection was lost inside a transaction
    if isinstance(error, PendingRollbackError):
        return Outage.FAILED
    if not isinstance(error, DBAPIError):
        return None
    return _coded(error) or (
        _uncoded(error) if isinstance(error, OperationalError | InterfaceError) else None
    )


def must_reconnect(error: BaseException) -> bool:
    """Return whether the connection keeps the fault: opened read-only, it stays so after the cause
    is mended.
    """
    return outage_of(error) is Outage.READ_ONLY


def _coded(error: DBAPIError) -> Outage | None:
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])
    code = getattr(error.orig, "sqlite_errorcode", None)
    return SQLITE.get(code & 0xFF) if code else None


def _uncoded(error: OperationalError | InterfaceError) -> Outage:
    said = str(error.orig).lower()
    if getattr(error.orig, "sqlite_errorcode", None) is not None:
        return Outage.OTHER_SCHEMA if said.startswith("no such") else Outage.FAILED
    if getattr(error.orig, "sqlstate", None):
        return Outage.FAILED
    return next((outage for words, outage in REFUSALS.items() if words in said), Outage.UNREACHABLE)
