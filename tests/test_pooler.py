"""Behind a pooler of transactions, nothing may depend on a connection once a transaction is over.

PgBouncer gives each transaction another connection to the server. What one leaves there (a prepared
statement, a setting, a lock) is not there for the next, and is met by a stranger.
"""

import re

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.pool import Pool

from intake.db import Database
from intake.lease import Holder
from intake.ledger.anchoring import Anchoring, AnchorPlace, every_one
from intake.ledger.patrol import Patrol
from intake.ledger.sealing import Sealing
from intake.mail.deliver import MailDelivery
from intake.migrate import migrate
from intake.models import Lead
from intake.operations.checks import run_checks
from intake.privacy.erase import Ground, erase
from intake.privacy.scrub import scrub
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON

POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
LEFT = {
    "prepared statements": "SELECT statement FROM pg_prepared_statements",
    "cursors": "SELECT name FROM pg_cursors WHERE is_holdable",
    "settings": (
        "SELECT name FROM pg_settings WHERE source = 'session' AND name NOT LIKE 'transaction_%'"
    ),
    "advisory locks": (
        "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    ),
    "channels": "SELECT * FROM pg_listening_channels()",
    "temporary tables": "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()",
}
OF_A_SESSION = re.compile(
    (
        r"^\s*(SET\s+(?!LOCAL|TRANSACTION)|RESET|LISTEN|PREPARE\s|DISCARD|CREATE\s+TEMP)|WITH "
        r"HOLD|pg_advisory_lock"
    ),
    re.IGNORECASE | re.DOTALL,
)


@pytest.fixture
def pooler(monkeypatch):
    """A connection that a pooler answers: it names itself by a number of its own, where a server
    names its process.
    """
    monkeypatch.setattr(psycopg.ConnectionInfo, "backend_pid", property(lambda _: 4_000_000_000))


@pytest.fixture
def left(pooler):
    """What was left on connections, and which statements would leave something, while the test
    runs.
    """
    found: set[tuple[str, str]] = set()
    connections = set()

    def look(connection, _):
        connections.add(connection.info.backend_pid)
        for what, question in LEFT.items():
            found.update(
                (what, str(row[0]))
                for row in connection.execute(question, prepare=False).fetchall()
            )
        connection.rollback()

    def listen(*args):
        if OF_A_SESSION.search(args[2]):
            found.add(("statement", args[2]))

    event.listen(Pool, "checkin", look)
    event.listen(Engine, "before_cursor_execute", listen)
    yield found
    event.remove(Pool, "checkin", look)
    event.remove(Engine, "before_cursor_execute", listen)
    assert connections, "somebody was looked at"


@POSTGRESQL
def test_many_forms_and_a_day_of_work_leave_nothing_on_a_connection(
    database, left, served, clinic, tmp_path
):
    for number in range(12):
        served.submit(
            name="Ana", phone=f"416 555 01{number:02}", email="ana@example.com", agree_news="y"
        )
    served.get("/readyz")
    Holder(served.house.database, "post").holds(NOON)
    Sealing(database, tmp_path / "keys", "test/log").step(NOON)
    Patrol(database, tmp_path / "keys").step(NOON)
    Anchoring(database, tmp_path / "keys", {"file": AnchorPlace(lambda _: None, every_one)}).step(
        NOON
    )
    MailDelivery(database, Mailbox(), clinic, "https://call.example.com").step(NOON)
    list(run_checks(served.house.settings, database, now=NOON, ask_sheet=None, ask_mail=None))
    with database.writing() as session:
        erase(
            session,
            session.get_one(Lead, 1),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="test",
            now=NOON,
        )

    assert scrub(database).done
    assert left == set()


@POSTGRESQL
def test_migrations_leave_nothing_on_a_connection(database, left):
    name = f"{database.url.database}_new"
    with database.owning() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    fresh = Database(database.url.set(database=name).render_as_string(hide_password=False))

    migrate(fresh)

    assert fresh.is_current()
    fresh.dispose()
    assert left == set()


@POSTGRESQL
def test_what_a_connection_keeps_is_seen(database, left):
    """The two tests above can fail: an engine with the driver's own ways leaves something
    behind.
    """
    engine = create_engine(database.url)
    with engine.connect() as connection:
        for _ in range(8):
            connection.execute(text("SELECT 1"))
        connection.execute(text("SET lock_timeout = '1s'"))
        connection.commit()
    engine.dispose()

    assert {what for what, _ in left} == {"prepared statements", "settings", "statement"}


@POSTGRESQL
@pytest.mark.parametrize(
    ("set_by_clinic", "are_kept"), [({}, True), ({"prepare_threshold": "1000"}, False)]
)
def test_a_server_itself_keeps_statements_that_come_again_unless_the_clinic_says_otherwise(
    database, set_by_clinic, are_kept
):
    direct = Database(
        database.url.update_query_dict(set_by_clinic).render_as_string(hide_password=False)
    )
    with direct.reading() as session:
        for _ in range(8):
            session.execute(text("SELECT 1"))
        kept = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    direct.dispose()

    assert ("SELECT 1" in kept) is are_kept


class Mailbox:
    """Takes everything."""

    def send(self, _):
        pass
