"""A sandbox that listens, in a thread of the test's own process, with its folder on disk."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import BaseWSGIServer

from intake.sandbox import Access, prepare
from intake.sandbox.server import listen
from intake.sandbox.workbook import Workbook


class RunningSandbox:
    """Start, stop, make it fail, act as staff, and look into the sheet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = requests.Session()
        self.http.trust_env = False
        self._server: BaseWSGIServer | None = None
        self.port = 0
        self.start()

    @property
    def access(self) -> Access:
        """What the application is told."""
        return prepare(self.folder, self.port)

    def start(self) -> None:
        """Listen, on the same port as before."""
        prepare(self.folder, self.port)
        self._server = listen(self.folder, self.port)
        self.port = self._server.server_port
        prepare(self.folder, self.port)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        """End the server; what it holds stays on disk."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """A request of a person's browser."""
        return self.http.request(method, f"http://127.0.0.1:{self.port}{path}", timeout=10, **kwargs)

    def fault(self, kind: str, times: int = 1, **options: Any) -> None:
        """Arm trouble for the next calls that change the sheet."""
        answer = self.call("POST", "/sandbox/faults", json={"kind": kind, "times": times, **options})
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
        app: Any = self._server.app if self._server else None
        found: Workbook = app.extensions["sandbox"].workbook
        return found

    def cells(self) -> list[list[dict[str, Any]]]:
        """The queue's cells as they are kept, under the header."""
        state = self.workbook.state
        return next(t["rows"][1:] for t in state["sheets"] if t["properties"]["title"] == "Queue")

    def calls(self, ending: str = "") -> list[dict[str, Any]]:
        """Google's calls so far whose path ends so."""
        found = self.call("GET", "/sandbox/requests").json()["requests"]
        return [call for call in found if call["path"].endswith(ending)]


@contextmanager
def running_sandbox(folder: Path) -> Iterator[RunningSandbox]:
    """A sandbox for the time of a test."""
    sandbox = RunningSandbox(folder)
    try:
        yield sandbox
    finally:
        sandbox.stop()
        sandbox.http.close()
