"""The ledger's tests begin with an empty log: nothing is published in their databases."""

import pytest

from intake.config import Clinic
from tests.databases import Templates


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, clinic: Clinic) -> Templates:
    """Migrated databases, and nothing in them."""
    return Templates(tmp_path_factory.mktemp("ledgers"), clinic, "bare", published=False)
