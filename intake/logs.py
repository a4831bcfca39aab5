"""How log lines look: time in UTC, level, what happened, then ids and counts. Never anything personal."""

import logging
import sys
import time

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Line(logging.Formatter):
    """`2026-11-23T15:04:05Z INFO delivered batch=7 rows=12`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        extras = [f"{key}={value}" for key, value in vars(record).items() if key not in PLAIN]
        return " ".join([super().format(record), *extras])


def log_to_stderr() -> None:
    """Send the house's own log lines to standard error; libraries only speak of warnings."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("intake").setLevel(logging.INFO)
