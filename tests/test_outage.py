"""What the error of a driver tells: provoked on the engines themselves, not made up."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from intake.db import Database
from intake.outage import Outage, outage_of

ONLY_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ONLY_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])


def said(act):
    with pytest.raises(SQLAlchemyError) as caught:
        act()
    return outage_of(caught.value)


def ask(url, statement="SELECT count(*) FROM lead"):
    database = Database(url)
    try:
        with database.writing() as session:
            session.execute(text(statement))
    finally:
        database.dispose()


@ONLY_POSTGRESQL
@pytest.mark.parametrize(
    ("state", "outage"),
    [
        ("53100", Outage.FULL),
        ("53300", Outage.CROWDED),
        ("53200", Outage.CROWDED),
        ("25006", Outage.READ_ONLY),
        ("55P03", Outage.LOCKED),
        ("40P01", Outage.LOCKED),
        ("40001", Outage.LOCKED),
        ("57014", Outage.LOCKED),
        ("42501", Outage.FORBIDDEN),
        ("28P01", Outage.FORBIDDEN),
        ("58030", Outage.DISK),
        ("XX001", Outage.DAMAGED),
        ("57P01", Outage.UNREACHABLE),
        ("57P03", Outage.UNREACHABLE),
        ("08006", Outage.UNREACHABLE),
        ("42P01", Outage.OTHER_SCHEMA),
        ("26000", Outage.FAILED),
        ("58P01", Outage.DISK),
        ("23505", None),
        ("22P02", None),
        ("42601", None),
        ("P0001", None),
        ("0A000", None),
    ],
)
def test_postgresql_tells_by_its_code_whatever_class_the_driver_gives_it(database, state, outage):
    raised = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'words'; END $$"

    with database.reading() as session:
        assert said(lambda: session.execute(text(raised))) is outage


@ONLY_POSTGRESQL
def test_a_server_that_does_not_let_us_in_is_told_from_one_that_is_away(database):
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP ROLE IF EXISTS many"))
        connection.execute(text("CREATE ROLE many LOGIN CONNECTION LIMIT 0"))
    url = database.url

    assert said(lambda: ask(url.set(username="many"))) is Outage.CROWDED
    assert said(lambda: ask(url.set(username="nobody_of_that_name"))) is Outage.FORBIDDEN
    assert said(lambda: ask(url.set(database="none_of_that_name"))) is Outage.FORBIDDEN
    assert said(lambda: ask("postgresql+psycopg://nobody@127.0.0.1:1/x")) is Outage.UNREACHABLE


@ONLY_SQLITE
def test_sqlite_tells_by_its_code(database, tmp_path):
    (tmp_path / "no_database.db").write_bytes(b"something else " * 500)
    path = database.url.database
    damaged = bytearray(Path(path).read_bytes())
    for page in range(2, len(damaged) // 4096):
        damaged[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    (tmp_path / "damaged.db").write_bytes(damaged)

    assert said(lambda: ask(f"sqlite:///{tmp_path}/no_database.db")) is Outage.DAMAGED
    assert said(lambda: ask(f"sqlite:///{tmp_path}/damaged.db")) is Outage.DAMAGED
    assert said(lambda: ask(f"sqlite:///{tmp_path}/new.db")) is Outage.OTHER_SCHEMA
    read_only = f"sqlite:///file:{path}?mode=ro&uri=true"
    assert said(lambda: ask(read_only, "DELETE FROM lease")) is Outage.READ_ONLY


@ONLY_SQLITE
def test_what_the_guard_refuses_and_what_we_ask_wrongly_are_no_outages(database):
    path = f"sqlite:///{database.url.database}"

    assert said(lambda: ask(path, "DELETE FROM consent_event")) is None
    assert said(lambda: ask(path, "INSERT INTO installation_fact VALUES ('a', NULL)")) is None


@ONLY_SQLITE
def test_a_disk_that_takes_no_more_bytes_is_an_outage(database):
    code = (
        "import sys; from intake.db import Database; from intake.operations.store_check "
        "import check_store\n"
        "database = Database(sys.argv[1])\nprint(check_store(database).line)"
    )

    def no_more() -> None:
        # What the kernel says at a quota, too
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    url = database.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", code, url],
        preexec_fn=no_more,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.startswith("FAIL  database: sqlite cannot use its disk"), done.stderr


def test_a_pool_without_a_free_connection_is_an_outage():
    engine = create_engine(
        "sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0
    )

    with engine.connect():
        assert said(engine.connect) is Outage.CROWDED
    engine.dispose()


def test_every_outage_says_what_to_do():
    assert all(";" in outage.sentence for outage in Outage)
