from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from intake.app import create_app
from intake.config import Clinic, Settings
from intake.db import Database
from intake.mail.deliver import MailDelivery
from intake.mail.smtp import SmtpServer
from intake.models import Lead
from tests.conftest import NOON, SECRET, Clock
from tests.factories import Factory
from tests.mail.server import MailHost, mail_host
from tests.page import PageClient

PUBLIC_URL = "https://callback.example.com"
AddLead = Callable[..., Lead]


@pytest.fixture
def host() -> Iterator[MailHost]:
    """A mail server that takes everything."""
    with mail_host() as host:
        yield host


@pytest.fixture
def smtp(host: MailHost) -> SmtpServer:
    """The adapter, on that server."""
    return SmtpServer(host.server, patience=5)


@pytest.fixture
def delivery(database: Database, smtp: SmtpServer, clinic: Clinic) -> MailDelivery:
    """The step under test."""
    return MailDelivery(database, smtp, clinic, PUBLIC_URL, jitter=lambda: 1.0)


@pytest.fixture
def add_lead(database: Database, clinic: Clinic) -> AddLead:
    """Store a request with an address, and commit it."""

    def add(*, now: datetime = NOON, email: str | None = "ana@example.com", **changes: Any) -> Lead:
        with database.writing() as session:
            return Factory(session, clinic)(now=now, email=email, **changes)

    return add


@pytest.fixture
def mail_client(page_database: Database, clock: Clock, tmp_path: Path) -> PageClient:
    """A browser at an installation that sends mail."""
    settings = Settings(
        database_url=page_database.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        instance=tmp_path,
        smtp_url=f"file://{tmp_path}/mails",
        public_url="http://localhost",
    )
    return PageClient(create_app(settings, clock=clock))
