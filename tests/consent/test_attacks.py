"""Every statement that would alter the log: as the role that the application uses, and as the
tables' owner.
"""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from intake.consent.publishing import publish
from intake.db import Base, Database
from intake.grants import grant
from intake.ledger.seal import seal
from intake.models import (
    AccessLogEntry,
    AccessSubject,
    Act,
    ConsentRendering,
    Erasure,
    MailSent,
    Purpose,
    Topic,
)
from intake.outbox import enqueue
from intake.sqlite_guard import LOG
from tests.conftest import NOON
from tests.factories import Factory

COLUMNS = {
    "consent_event": "actor",
    "consent_statement": "box",
    "consent_rendering": "html",
    "ledger_entry": "kind",
    "ledger_position": "position",
    "checkpoint": "note",
    "mail_sent": "ground",
    "erasure": "ref",
    "access_subject": "lead_id",
}
EVERYWHERE = ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}"]
ON_SQLITE = [
    *EVERYWHERE,
    "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "REPLACE INTO {table} SELECT * FROM {table}",
    "DROP TABLE {table}",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} ADD COLUMN x",
    "DROP TRIGGER {table}_no_update",
    "DROP TRIGGER {table}_no_delete",
    "DROP TRIGGER {table}_no_replace",
    "PRAGMA writable_schema = ON",
    "PRAGMA main.writable_schema = RESET",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA foreign_keys(0)",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA Ignore_Check_Constraints = 1",
    "PRAGMA synchronous = OFF",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA query_only = ON",
    "PRAGMA user_version = 1",
    "CREATE TEMP TABLE {table} (x)",
    "CREATE TEMP VIEW {table} AS SELECT 1",
    "CREATE TEMP TRIGGER t BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
    "DELETE FROM sqlite_master WHERE name = '{table}_no_update'",
    "CREATE TRIGGER t AFTER INSERT ON {table} BEGIN SELECT 1; END",
    "ATTACH ':memory:' AS other",
]
ON_POSTGRESQL = [
    *EVERYWHERE,
    "TRUNCATE {table} CASCADE",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} ADD COLUMN x int",
    "DROP TRIGGER {table}_no_change ON {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RETURN NEW; END $$"
    ),
    "CREATE TRIGGER t AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE RULE r AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "SET ROLE postgres",
    "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO UPDATE SET {column} = 'x'",
]
REFUSED = (
    "append-only|not authorized|permission denied|must be owner|may not be modified|ON "
    "CONFLICT DO UPDATE"
)


@pytest.fixture
def filled(database, clinic, tmp_path):
    """Somebody agreed, and it was sealed."""
    with database.writing() as session:
        publish(session, clinic, now=NOON)
        ana = Factory(session, clinic)(agreed_to={Purpose.NEWS})
        block = ConsentRendering(
            sha256="0" * 64,
            clinic=clinic.key,
            language="en",
            statements="0",
            html="",
            published_at=NOON,
        )
        entry = enqueue(session, Topic.ACKNOWLEDGEMENT, ana.id, now=NOON)
        session.flush()
        sent = MailSent(
            entry_id=entry.id,
            lead_id=ana.id,
            message="acknowledgement",
            message_class="acknowledgement",
            ground="",
            template_sha256="",
            message_id="",
            sent_at=NOON,
        )
        erasure = Erasure(
            uid="0",
            lead_id=ana.id,
            ref=ana.ref,
            erased_at=NOON,
            by="",
            ground="asked",
            counts={},
            leaf=b"0" * 32,
        )
        access = AccessLogEntry(
            uid="0",
            clinic=clinic.key,
            at=NOON,
            actor="",
            role="",
            act=Act.VIEWED,
            what="",
            endpoint="",
            leaf=b"1" * 32,
            subjects=[AccessSubject(lead_id=ana.id)],
        )
        session.add_all([block, sent, erasure, access])
        seal(session, tmp_path, "test/log", now=NOON)
    return database


@pytest.fixture
def as_application(filled):
    """A connection as the application has it: on PostgreSQL with a role of its own."""
    if filled.is_sqlite:
        yield filled
        return
    with filled.engine.begin() as owner:
        owner.execute(text("DROP ROLE IF EXISTS intake_app"))
        owner.execute(text("CREATE ROLE intake_app LOGIN"))
        grant(owner, "intake_app")
    application = Database(
        filled.url.set(username="intake_app").render_as_string(hide_password=False)
    )
    yield application
    application.dispose()
    with filled.engine.begin() as owner:
        owner.execute(text("DROP OWNED BY intake_app"))
        owner.execute(text("DROP ROLE intake_app"))


def run(opened, *statements):
    with opened() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_every_table_of_the_log_is_attacked():
    assert COLUMNS.keys() == LOG


@pytest.mark.parametrize("table", COLUMNS)
def test_the_role_of_the_application_cannot_alter_the_log(as_application, table):
    for attack in ON_SQLITE if as_application.is_sqlite else ON_POSTGRESQL:
        statement = attack.format(table=table, column=COLUMNS[table])
        with pytest.raises(DBAPIError, match=REFUSED):
            run(as_application.writing, statement)


@pytest.mark.parametrize(
    "table",
    [
        "consent_event",
        "consent_statement",
        "ledger_entry",
        "ledger_position",
        "checkpoint",
        "erasure",
        "access_subject",
    ],
)
def test_the_tables_themselves_refuse_their_owner(filled, table):
    attacks = [*EVERYWHERE, ON_SQLITE[2] if filled.is_sqlite else "TRUNCATE {table} CASCADE"]
    for attack in attacks:
        statement = attack.format(table=table, column=COLUMNS[table])
        with pytest.raises(DBAPIError, match="append-only"):
            run(filled.migrating, statement)


TO_SLEEP = {
    "sqlite": "PRAGMA recursive_triggers = OFF",
    "postgresql": "SET session_replication_role = replica",
}
"""What a connection can set so that ordinary triggers do not fire, when rows are replaced or at
all.
"""
REPLACING = {
    "sqlite": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "postgresql": (
        "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'"
    ),
}


@pytest.mark.parametrize("table", ["ledger_entry", "consent_event", "checkpoint"])
def test_changing_is_refused_even_where_the_connection_lets_triggers_sleep(
    filled, engine_name, table
):
    words = {
        "table": table,
        "column": COLUMNS[table],
        "key": Base.metadata.tables[table].primary_key.columns.keys()[0],
    }
    for attack in (*EVERYWHERE, REPLACING[engine_name]):
        with pytest.raises(DBAPIError, match="append-only"):
            run(filled.migrating, TO_SLEEP[engine_name], attack.format(**words))


def test_the_role_of_the_application_can_do_its_work(as_application, clinic, tmp_path):
    with as_application.writing() as session:
        Factory(session, clinic)(agreed_to={Purpose.NEWS})
        session.flush()
        assert seal(session, tmp_path, "test/log", now=NOON) is not None
