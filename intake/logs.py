"""How log lines look: time in UTC, level, what happened, then ids and counts as `key=value`. Never
anything personal.

The text of an exception can quote what a patient typed, so only its kind and the places it went
through are written.
"""

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from types import TracebackType

PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
QUIET = frozenset(" \"'=\\")
"""What a value must not hold to stand without quotation marks."""

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being answered: on the error page, in the answer's header and in
each line about it.
"""


class LineFormatter(logging.Formatter):
    """`2026-11-23T15:04:05Z INFO delivered batch=7 rows=12`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """One record is one line, whatever stands in it: nobody writes lines of their own into the
        log.
        """
        said = [
            self.formatTime(record, self.datefmt),
            record.levelname,
            _one_line(record.getMessage()),
        ]
        extras = {key: value for key, value in vars(record).items() if key not in PLAIN}
        if request_id.get():
            extras["request"] = request_id.get()
        if record.exc_info and record.exc_info[0]:
            extras |= {"kind": record.exc_info[0].__name__, "at": _places(record.exc_info[2])}
        return " ".join([*said, *(f"{key}={_value(value)}" for key, value in extras.items())])


def log_to_stderr(level: str = "info") -> None:
    """Send our own log lines of *level* and above to standard error, and warnings of libraries.

    A level that does not exist counts as "info": `Settings` refuses it by name when a command reads
    the settings.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("intake").setLevel(
        logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    )


def _places(trace: TracebackType | None) -> str:
    return " < ".join(
        f"{frame.name}:{frame.lineno}" for frame in reversed(traceback.extract_tb(trace)[-8:])
    )


def _value(value: object) -> str:
    text = str(value)
    return text if text.isprintable() and text and not QUIET & set(text) else json.dumps(text)


def _one_line(text: str) -> str:
    return text if text.isprintable() else json.dumps(text)[1:-1]
