"""The sheet: a sandbox that listens, and the adapter that talks to it over HTTP."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from intake.config import Clinic
from intake.db import Database
from intake.demo.sandbox.folder import WORKBOOK_FILE
from intake.models import Lead
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.deliver import Delivery
from tests.conftest import NOON
from tests.demo.sandbox.running import RunningSandbox, running_sandbox
from tests.factories import Factory

AddLead = Callable[..., Lead]


@pytest.fixture
def empty_sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A spreadsheet as Google makes it."""
    with running_sandbox(tmp_path / "sheet") as sandbox:
        yield sandbox


@pytest.fixture
def google(empty_sandbox: RunningSandbox) -> GoogleSheet:
    """The adapter, with the key that leads to the sandbox."""
    return GoogleSheet(empty_sandbox.access.credentials, empty_sandbox.access.spreadsheet_id)


@pytest.fixture(scope="session")
def set_up_once(tmp_path_factory: pytest.TempPathFactory, clinic: Clinic) -> str:
    """What the file of a spreadsheet with the queue set up says."""
    folder = tmp_path_factory.mktemp("set-up") / "sheet"
    with running_sandbox(folder) as sandbox:
        set_up(GoogleSheet(sandbox.access.credentials, sandbox.access.spreadsheet_id), clinic)
    return (folder / WORKBOOK_FILE).read_text()


@pytest.fixture
def sandbox(empty_sandbox: RunningSandbox, google: GoogleSheet, set_up_once: str) -> RunningSandbox:
    """A spreadsheet with the queue set up, which the adapter has asked for before."""
    empty_sandbox.workbook.change(lambda state: state.update(json.loads(set_up_once)))
    google.title()
    return empty_sandbox


@pytest.fixture
def delivery(
    database: Database, sandbox: RunningSandbox, google: GoogleSheet, clinic: Clinic
) -> Delivery:
    """The step under test."""
    return Delivery(database, google, clinic, "test", jitter=lambda: 1.0)


@pytest.fixture
def add_lead(database: Database, clinic: Clinic) -> AddLead:
    """Store a request and commit it."""

    def add(*, now: datetime = NOON, **changes: Any) -> Lead:
        with database.writing() as session:
            return Factory(session, clinic)(now=now, **changes)

    return add
