from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.running import RunningSandbox, running_sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A spreadsheet as Google makes it."""
    with running_sandbox(tmp_path / "sheet") as running:
        yield running
