"""What a connection of the application may not do to SQLite, whoever got hold of it.

Triggers keep the log's tables append-only; whoever may drop a trigger, or write the schema itself,
walks around them. This is asked by SQLite for each statement before it runs. Migrations use a
connection of their own without it. It stops mistakes and attacks through the application; who has
the file itself is found out by the signed checkpoints.
"""

import sqlite3

LOG = frozenset(
    {
        "consent_event",
        "consent_statement",
        "consent_rendering",
        "ledger_entry",
        "ledger_position",
        "checkpoint",
        "mail_sent",
        "access_subject",
        "erasure",
    }
)
"""Tables that only grow."""
SCHEMA = frozenset({"sqlite_master", "sqlite_schema"})
FORBIDDEN = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_VTABLE,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)
"""The schema is changed by migrations only. What is temporary hides a table of the same name, or
swallows its rows.
"""
PRAGMAS = frozenset(
    {
        "table_info",
        "table_xinfo",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "integrity_check",
        "quick_check",
        "wal_checkpoint",
        "cache_size",
        "read_uncommitted",
    }
)
"""Those that may be given a value: questions, and what alters nothing that is stored (SQLAlchemy
and the demonstration set the last two). No other: triggers that sleep, constraints that are not
asked, a disk that is not waited for."""


def guard(connection: sqlite3.Connection) -> None:
    """Have *connection* refuse what must not happen: “not authorized”."""
    connection.set_authorizer(_allow)


def _allow(
    action: int,
    first: str | None,
    second: str | None,
    database: str | None,  # noqa: ARG001  (SQLite's signature)
    trigger: str | None,  # noqa: ARG001
) -> int:
    changes = action in {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
    # A pragma that is only read has no second argument
    sets = (
        action == sqlite3.SQLITE_PRAGMA
        and second is not None
        and (first or "").lower() not in PRAGMAS
    )
    if action in FORBIDDEN or sets or (changes and (first or "").lower() in LOG | SCHEMA):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
