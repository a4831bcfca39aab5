"""The more faithful stand-in, a program of its own: the calls keep Google's addresses and go over
TLS.
"""

import re
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.contract.stand import Request, Stand

FOLDER = ROOT.parent / "shared" / "google-double"
PYTHON = ROOT / ".venv" / "double" / "bin" / "python"
IS_PRESENT = (FOLDER / "double.py").exists()
"""Optional: it lies beside the checkout, or the contract runs against the sandbox alone."""

ACTIONS: dict[str, Any] = {
    "429": {"status": 429},
    "500": {"status": 500},
    "500_after": "apply_then_500",
    "lost_answer": "apply_then_drop",
    "drop_before": "drop_before",
}


@contextmanager
def running_double(state: Path) -> Iterator[Any]:
    """A double for all tests of a session. Until its end Google's names lead to it, in this process
    alone.
    """
    assert PYTHON.exists(), "run “make .venv/.double” first"
    client = runpy.run_path(str(FOLDER / "client.py"))
    with pytest.MonkeyPatch.context() as patch:
        # Nothing is written into a folder that is not ours
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        with client["Double"].start(
            str(state), port=0, control=0, quota=False, python=str(PYTHON)
        ) as double:
            client["redirect"](double, patch)
            # It alone: all the world's take long to read
            patch.setenv("REQUESTS_CA_BUNDLE", double.ready["ca"])
            yield double


class DoubleStand(Stand):
    """Staff, faults and looks through its control port."""

    def __init__(self, double: Any) -> None:
        self._double = double
        self.credentials = Path(double.key_file)
        self.spreadsheet_id = double.create("Callback queue", locale="en_CA")
        self.clear()

    def close(self) -> None:
        """Leave nothing to the next test."""
        self._double.clear_faults()
        self._double.call("DELETE", f"/spreadsheets/{self.spreadsheet_id}")

    def values(self, tab: str = "Queue", *, shown: bool = False) -> list[list[Any]]:
        render = "FORMATTED_VALUE" if shown else "UNFORMATTED_VALUE"
        found: list[list[Any]] = self._double.grid(self.spreadsheet_id, tab, render=render)[
            "values"
        ]
        return found

    def tabs(self) -> dict[str, int]:
        tabs = self._double.describe(self.spreadsheet_id)["tabs"]
        return {tab["properties"]["title"]: tab["properties"]["sheetId"] for tab in tabs}

    def type_in(self, row: int, column: int, value: Any, tab: str = "Queue") -> None:
        cell = f"{chr(ord('A') + column)}{row + 1}"
        self._double.staff(self.spreadsheet_id, "set_cell", tab=tab, cell=cell, value=value)

    def sort(self, column: int, *, descending: bool = False) -> None:
        order = "DESCENDING" if descending else "ASCENDING"
        self._double.staff(self.spreadsheet_id, "sort", tab="Queue", column=column, order=order)

    def change(self, *requests: Request) -> None:
        self._double.staff(self.spreadsheet_id, "batch_update", requests=list(requests))

    def share(self, role: str) -> None:
        self._double.share(self.spreadsheet_id, role)

    def fault(
        self,
        kind: str,
        times: int = 1,
        *,
        match: str = ":batchUpdate",
        retry_after: int | None = None,
    ) -> None:
        action = ACTIONS[kind]
        if retry_after is not None:
            action = {**action, "headers": {"Retry-After": str(retry_after)}}
        self._double.fault(f"sheets.googleapis.com.*{re.escape(match)}", action, times=times)

    def clear(self) -> None:
        self._double.clear_faults()
        self._since = len(self._double.log())

    def paths(self) -> list[str]:
        return [
            call["path"]
            for call in self._double.log(self._since)
            if self.spreadsheet_id in call["path"]
        ]

    def formulas(self) -> int:
        return len(self._double.describe(self.spreadsheet_id)["formulas_ever"])
