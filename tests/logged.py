"""Nothing personal is logged: everything that the whole suite has our code say is held against its
fixtures' people.
"""

import logging
import re

from intake.logs import LineFormatter

PERSONAL = re.compile(
    r"555[ -.]?\d{4}|1416555|O.?Neil|\bAna\b|Zuzanna|@[\w.]*example|%40", re.IGNORECASE
)
"""Names, phones and addresses that tests type in; of patients and of staff."""
REQUEST = re.compile(r"\brequest=[0-9a-f]{12}\b")
"""The id of a request: random digits, among which a number can seem to stand."""
LIBRARIES = ("sqlalchemy", "asyncio", "mail.log", "urllib3")
"""Whose lines below a warning never reach the log (`log_to_stderr`)."""


class Listener(logging.Handler):
    """Hears every line and keeps those that hold something personal."""

    def __init__(self) -> None:
        super().__init__()
        self.form = LineFormatter()
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at the line as it would be written, and at what it was made from."""
        if record.levelno < logging.WARNING and not record.name.startswith("intake"):
            return
        self.found += [
            f"{record.name}: {line}" for line in personal_lines(self.form.format(record))
        ]


def personal_lines(text: str) -> list[str]:
    """The lines of a process's output that hold something personal."""
    return [line for line in text.splitlines() if PERSONAL.search(REQUEST.sub("", line))]
