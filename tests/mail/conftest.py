from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from intake.config import Clinic
from intake.db import Database
from intake.mail.deliver import MailDelivery
from intake.mail.smtp import SmtpServer
from intake.models import Lead
from tests.conftest import NOON
from tests.factories import Factory
from tests.mail.server import MailHost, mail_host

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
