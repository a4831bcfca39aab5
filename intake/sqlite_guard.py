"""What a connection of the application may not do to SQLite, whoever got hold of it.

Triggers keep the log's tables append-only; whoever may drop a trigger, or write the schema itself, walks around them.
This is asked by SQLite for each statement before it runs. Migrations use a connection of their own without it. It stops
mistakes and attacks through the application; who has the file itself is found out by the signed checkpoints.
"""

import sqlite3

LOG = frozenset(
    {"consent_event", "consent_statement", "consent_rendering", "ledger_entry", "ledger_position", "checkpoint",
     "mail_sent", "access_subject", "erasure"}
)  # fmt: skip
"""Tables that only grow."""
SCHEMA = frozenset({"sqlite_master", "sqlite_schema"})
FORBIDDEN = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_DROP_INDEX, sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE, sqlite3.SQLITE_DROP_VTABLE,
    }
)  # fmt: skip
"""The schema is changed by migrations only."""
PRAGMAS = frozenset(
    {"writable_schema", "journal_mode", "synchronous", "secure_delete", "ignore_check_constraints", "trusted_schema"}
)


def guard(connection: sqlite3.Connection) -> None:
    """Have *connection* refuse what must not happen: “not authorized”."""
    connection.set_authorizer(_allow)


def _allow(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:  # noqa: ARG001  (SQLite's signature)
    changes = action in {sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
    # A pragma that is only read has no second argument
    sets = action == sqlite3.SQLITE_PRAGMA and second is not None and (first or "").lower() in PRAGMAS
    if action in FORBIDDEN or sets or (changes and (first or "").lower() in LOG | SCHEMA):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
