"""What the application's own role may do in PostgreSQL: read and add everywhere, change only what
is meant to change.

The role that owns the tables runs migrations and nothing else. The application's role cannot alter
the log, switch a trigger off, or act as a replica, where ordinary triggers sleep.
"""

from sqlalchemy import Connection, text

from intake.db import Base
from intake.sqlite_guard import LOG

WORDS_OF_STAFF = {
    "call_log": ("sheet_status", "assigned_to", "last_called", "follow_up_on", "notes"),
    "access_log": ("reason", "reason_salt"),
}
"""The columns, by table, that may be emptied when a person is erased (triggers see to it). The rest
of it only grows.
"""


def grant(connection: Connection, role: str) -> None:
    """Give *role* exactly what the application needs. Safe to repeat; to be run by the owner of the
    tables.
    """
    name = connection.dialect.identifier_preparer.quote(role)
    for statement in _statements(name):
        connection.execute(text(statement))


def not_granted(connection: Connection) -> list[str]:
    """Tables that the connected role may not read or add to."""
    asked = text(
        "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE NOT "
        "(has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT'))"
    )
    return list(connection.scalars(asked, {"names": sorted(Base.metadata.tables)}))


def _statements(role: str) -> list[str]:
    tables = sorted(Base.metadata.tables)
    free = [table for table in tables if table not in LOG | set(WORDS_OF_STAFF)]
    schema = "SELECT current_schema()"
    return [
        f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {role}', ({schema})); "
        f"EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM {role}', ({schema})); END $$",
        f"REVOKE ALL ON {', '.join(tables)} FROM {role}",
        f"GRANT SELECT ON alembic_version, {', '.join(tables)} TO {role}",
        f"GRANT INSERT ON {', '.join(tables)} TO {role}",
        f"GRANT UPDATE, DELETE ON {', '.join(free)} TO {role}",
        *(
            f"GRANT UPDATE ({', '.join(words)}) ON {table} TO {role}"
            for table, words in WORDS_OF_STAFF.items()
        ),
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    ]
