"""What a running sandbox keeps."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import current_app

from intake.demo.sandbox.faults import Faults
from intake.demo.sandbox.news import News
from intake.demo.sandbox.tokens import Tokens
from intake.demo.sandbox.workbook import Workbook

MOST_CALLS = 10_000


@dataclass
class Sandbox:
    """Workbook, tokens, armed faults, and the list of calls so that tests can count them."""

    workbook: Workbook
    tokens: Tokens
    faults: Faults
    news: News
    mail: Path
    """The folder that mails are put into; others fill it."""
    calls: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, method: str, path: str, status: int | None, *, applied: bool) -> None:
        """Remember a call; status None stands for a connection that broke."""
        with self.lock:
            self.calls.append(
                {"method": method, "path": path, "status": status, "applied": applied}
            )
            del self.calls[:-MOST_CALLS]


def open_sandbox(data: Path, mail: Path | None = None) -> Sandbox:
    """Return the sandbox of a folder that `prepare` made; *mail* is in it unless told otherwise."""
    news = News()
    return Sandbox(Workbook(data, news), Tokens(data), Faults(news), news, mail or data / "mail")


def sandbox() -> Sandbox:
    """Return what the server of this request keeps."""
    found: Sandbox = current_app.extensions["sandbox"]
    return found
