"""How many SQL statements an act takes; these do not depend on the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, event, select

from intake.app import create_app
from intake.config import Settings
from intake.consent.publishing import publish
from intake.db import Database
from intake.migrate import migrate
from intake.models import Lead, Role
from tests.conftest import SECRET
from tests.page import Page, PageClient

OK = 200
TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


def acts(url: str, folder: Path) -> Iterator[tuple[str, int]]:
    """Yield each act with its number of statements, on the empty database at *url*."""
    settings = Settings(database_url=url, secret_key=SECRET, instance=folder)
    client = PageClient(create_app(settings))
    _prepare(client)
    client.submit(name="Bo Ek", email="bo@example.com")  # what is kept for later is asked for once
    client.get("/")
    with _counted() as seen:
        client.get("/")
    yield "GET of the form", len(seen)
    sent = {
        "stamp": client.stamp(),
        "name": "Ana Dang",
        "phone": "416 555 0123",
        "email": "ana@example.com",
    }
    with _counted() as seen:
        stored = client.post("/", sent | {"agree_news": "y", "agree_reminders": "y"})
    yield "submission", len(seen)
    link = client.get(stored.response.location).soup.select_one("a[href^='/consent/']")
    if link is None:
        raise RuntimeError("the confirmation leads to no page of consent")
    with _counted() as seen:
        _require_ok(client.post(str(link["href"]), {"List-Unsubscribe": "One-Click"}))
    yield "one-click withdrawal", len(seen)
    with client.house.database.reading() as session:
        ref = session.scalars(select(Lead.ref).where(Lead.name == "Ana Dang")).one()
    client.sign_in(Role.OWNER)
    client.get(f"/admin/consents/{ref}")
    with _counted() as seen:
        _require_ok(client.get(f"/admin/consents/{ref}"))
    yield "an admin’s look at a person", len(seen)
    client.house.database.dispose()


def _require_ok(page: Page) -> None:
    if page.status != OK:
        raise RuntimeError(
            f"{page.response.request.path} answered {page.status}, so another act was counted"
        )


def _prepare(client: PageClient) -> None:
    database = Database(client.house.settings.database())
    migrate(database)
    with database.writing() as session:
        publish(session, client.house.clinic, now=datetime.now(UTC))
    database.dispose()


@contextmanager
def _counted() -> Iterator[list[str]]:
    """Collect the statements of every engine, but those that begin and end transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
