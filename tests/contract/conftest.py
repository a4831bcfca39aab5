"""The contract's doors: every stand-in that is present, the real adapter before it, and the rules
that drive it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from intake.config import Clinic
from intake.db import Database
from intake.models import Lead
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.shape.setup import set_up
from intake.sheet.sync.deliver import Delivery
from intake.sheet.sync.readback import ReadBack
from tests.conftest import NOON
from tests.contract.double import IS_PRESENT, DoubleStand, running_double
from tests.contract.sandbox import SandboxStand
from tests.contract.stand import Stand
from tests.demo.sandbox.running import running_sandbox
from tests.factories import Factory


@pytest.fixture(scope="session")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One double for all tests; each has a spreadsheet of its own in it."""
    with running_double(tmp_path_factory.mktemp("double")) as double:
        yield double


@pytest.fixture(params=["sandbox", *(["double"] if IS_PRESENT else [])])
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """A spreadsheet as Google makes it, in every stand-in that is there."""
    if request.param == "sandbox":
        with running_sandbox(tmp_path / "sheet") as sandbox:
            yield SandboxStand(sandbox)
        return
    stand = DoubleStand(request.getfixturevalue("double"))
    yield stand
    stand.close()


@pytest.fixture
def google(stand: Stand) -> GoogleSheet:
    """The adapter as the relay has it."""
    return GoogleSheet(stand.credentials, stand.spreadsheet_id)


@pytest.fixture
def queue(stand: Stand, google: GoogleSheet, clinic: Clinic) -> Stand:
    """The spreadsheet with the queue set up; calls are counted from here."""
    set_up(google, clinic)
    stand.clear()
    return stand


@pytest.fixture
def engine_name() -> str:
    """One engine is enough: what is tested is the sheet."""
    return "sqlite"


@pytest.fixture
def delivery(database: Database, queue: Stand, google: GoogleSheet, clinic: Clinic) -> Delivery:
    return Delivery(database, google, clinic, "test", jitter=lambda: 1.0)


@pytest.fixture
def read_back(
    delivery: Delivery, database: Database, google: GoogleSheet, clinic: Clinic
) -> ReadBack:
    return ReadBack(database, google, clinic)


@pytest.fixture
def add_lead(database: Database, clinic: Clinic) -> Callable[..., Lead]:
    """Store a request and commit it."""

    def add(*, now: datetime = NOON, **changes: Any) -> Lead:
        with database.writing() as session:
            return Factory(session, clinic)(now=now, **changes)

    return add
