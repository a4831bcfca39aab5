"""A sandbox that listens, in a thread of the test's own process, with its folder on disk."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from intake.demo.sandbox import SandboxAccess, prepare
from intake.demo.sandbox.connection import LocalServer
from intake.demo.sandbox.folder import KEY_FILE, read_key
from intake.demo.sandbox.server import listen
from intake.demo.sandbox.state import Sandbox
from intake.demo.sandbox.workbook import Workbook
from tests.waiting import RAN_TOO_LONG


class RunningSandbox:
    """Start, stop, make it fail, act as staff, and look into the sheet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = requests.Session()
        self.http.trust_env = False
        self._server: LocalServer | None = None
        self.port = 0
        if not (folder / KEY_FILE).exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / KEY_FILE).write_text(json.dumps({"private_key": _private_key()}))
        self.start()

    @property
    def access(self) -> SandboxAccess:
        """What the application is told."""
        return prepare(self.folder, self.port)

    def start(self) -> None:
        """Listen, on the same port as before."""
        prepare(self.folder, self.port)
        self._server = listen(self.folder, self.port)
        self.port = self._server.server_port
        prepare(self.folder, self.port)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def stop(self) -> None:
        """End the server; what it holds stays on disk."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """A request of a person's browser."""
        return self.http.request(
            method, f"http://127.0.0.1:{self.port}{path}", timeout=RAN_TOO_LONG, **kwargs
        )

    def fault(self, kind: str, times: int = 1, **options: Any) -> None:
        """Arm trouble for the next calls that change the sheet, or whose path holds the `match`
        that is given.
        """
        body = {"kind": kind, "times": times, "match": ":batchUpdate", **options}
        answer = self.call("POST", "/sandbox/faults", json=body)
        assert answer.ok, answer.text

    def staff(self, action: str, tab: str = "Queue", **options: Any) -> None:
        """Act as a person in the sheet."""
        body = {"action": action, "sheetId": self.tab(tab)["id"], **options}
        answer = self.call("POST", "/sandbox/staff", json=body)
        assert answer.ok, answer.text

    def tab(self, title: str = "Queue") -> dict[str, Any]:
        """A tab as the page shows it."""
        tabs = self.call("GET", "/sandbox/state").json()["tabs"]
        return next(tab for tab in tabs if tab["title"] == title)

    def rows(self, title: str = "Queue") -> list[dict[str, str]]:
        """The rows of a tab by column title."""
        tab = self.tab(title)
        titles = [column["title"] for column in tab["columns"]]
        return [dict(zip(titles, row["cells"], strict=True)) for row in tab["rows"]]

    @property
    def workbook(self) -> Workbook:
        """The workbook itself, for what no person could do in the sheet."""
        return self._inside.workbook

    @property
    def _inside(self) -> Sandbox:
        assert self._server is not None, "the sandbox is stopped"
        app: Any = self._server.app
        found: Sandbox = app.extensions["sandbox"]
        return found

    def cells(self) -> list[list[dict[str, Any]]]:
        """The queue's cells as they are kept, under the header."""
        state = self.workbook.state
        return next(t["rows"][1:] for t in state["sheets"] if t["properties"]["title"] == "Queue")

    def values(self, tab: str = "Queue") -> list[list[str]]:
        """What a tab shows, its header first; rows that are empty are left out."""
        found = self.tab(tab)
        return [
            [column["title"] for column in found["columns"]],
            *(row["cells"] for row in found["rows"]),
        ]

    def requests(self) -> list[dict[str, Any]]:
        """Google's calls so far, in their order: method, path, status (None: broken off) and
        whether it changed it.
        """
        found: list[dict[str, Any]] = self.call("GET", "/sandbox/requests").json()["requests"]
        return found

    def calls(self, ending: str = "") -> list[dict[str, Any]]:
        """Those of them whose path ends so."""
        return [call for call in self.requests() if call["path"].endswith(ending)]

    def take_calls(self) -> list[dict[str, Any]]:
        """The calls since the last time, and forget them: the list is not endless."""
        inside = self._inside
        with inside.lock:
            found = inside.calls.copy()
            inside.calls.clear()
        return found

    def clear(self) -> None:
        """Disarm every fault and count calls anew."""
        self.call("DELETE", "/sandbox/faults")
        self.call("DELETE", "/sandbox/requests")


@cache
def _private_key() -> str:
    # A key takes a quarter of a second to make: one serves all tests.
    with TemporaryDirectory() as folder:
        prepare(Path(folder), 0)
        return read_key(Path(folder))["private_key"]


@contextmanager
def running_sandbox(folder: Path) -> Iterator[RunningSandbox]:
    """A sandbox for the time of a test."""
    sandbox = RunningSandbox(folder)
    try:
        yield sandbox
    finally:
        sandbox.stop()
        sandbox.http.close()
