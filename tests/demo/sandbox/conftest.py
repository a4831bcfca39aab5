from collections.abc import Iterator
from pathlib import Path

import gspread
import pytest

from tests.demo.sandbox.client import client_of
from tests.demo.sandbox.running import RunningSandbox, running_sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    """A spreadsheet as Google makes it."""
    with running_sandbox(tmp_path / "sheet") as running:
        yield running


@pytest.fixture
def book(sandbox: RunningSandbox) -> gspread.Spreadsheet:
    """The spreadsheet, opened with gspread."""
    opened: gspread.Spreadsheet = client_of(sandbox).open_by_key(sandbox.access.spreadsheet_id)
    return opened
