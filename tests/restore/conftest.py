"""A database with its copy of acts beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intake.config import Clinic
from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.db import Database
from intake.ledger.acts_file import ActsFile
from intake.ledger.keeper import Keeper
from intake.models import Lead, Purpose
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, Factory

PRESSED = Manner("button", "button", "none", "page", "patient", "/consent/<token>")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys lie."""
    return tmp_path / "ledger"


@pytest.fixture
def file(folder: Path) -> ActsFile:
    """The copy."""
    return ActsFile(folder, b"the key of the tests' acts")


@pytest.fixture
def kept(database: Database, file: ActsFile) -> Iterator[Database]:
    """The database, which copies its acts."""
    with_copy = Database(database.url.render_as_string(hide_password=False), keeper=Keeper(file))
    yield with_copy
    with_copy.dispose()


@dataclass
class Doing:
    """Acts in a line."""

    database: Database
    clinic: Clinic

    def ask(self, **changes: Any) -> Lead:
        """Somebody asks for a call."""
        with self.database.writing() as session:
            return Factory(session, self.clinic)(**changes)

    def withdraw(self, lead: Lead, *purposes: Purpose, **changes: Any) -> set[Purpose]:
        """The person behind *lead* stops these emails."""
        with self.database.writing() as session:
            return withdraw(
                session,
                session.get_one(Lead, lead.id),
                purposes,
                PRESSED,
                clinic=self.clinic,
                address_key=ADDRESS_KEY,
                **({"now": NOON} | changes),
            )


@pytest.fixture
def doing(kept: Database, clinic: Clinic) -> Doing:
    """Acts on the database that copies them."""
    return Doing(kept, clinic)


Doer = Callable[..., Any]
