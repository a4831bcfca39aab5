"""A copy of the tree in which one file at a time is changed, and its tests are run in a process
that is forked for it.

What takes long to load (the libraries) is loaded once, before; nothing of ours is. A run on SQLite
comes first, because it is quick, and the tests on PostgreSQL follow where it noticed nothing.
"""

import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import pytest

LIBRARIES = (
    "alembic",
    "argon2",
    "babel.dates",
    "bs4",
    "cryptography",
    "email_validator",
    "flask_babel",
    "flask_security",
    "flask_wtf",
    "gspread",
    "holidays",
    "html5lib",
    "phonenumbers",
    "psycopg",
    "pydantic",
    "requests",
    "sqlalchemy.orm",
    "ua_parser",
    "webauthn",
    "werkzeug.serving",
    "wtforms",
)
AT_LEAST, AS_OFTEN = 120, 10
"""Seconds for a run, and so many times as long as it took without a change: what never ends is
noticed by it, and a machine that is slow is not."""
LEFT_BEHIND = shutil.ignore_patterns(
    ".venv", ".git", "__pycache__", ".*_cache", ".hypothesis", "instance", "dist"
)
QUIET = (
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "--hypothesis-seed=1",
    "-o",
    "addopts=",
    "--no-header",
    "-n0",
)
SURVIVED = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Nursery:
    """The copy, at *place*."""

    def __init__(self, root: Path, place: Path) -> None:
        self.place = place
        self._stamp = 1_000_000_000
        self._seconds = AT_LEAST
        shutil.copytree(root, place, ignore=LEFT_BEHIND)
        os.chdir(place)
        sys.path.insert(0, str(place))
        os.environ["PYTHONPATH"] = str(place)
        for name in LIBRARIES:
            importlib.import_module(name)

    def is_green(self, tests: Sequence[str]) -> bool:
        """Whether *tests* pass without any change; how long they take is remembered for the
        changes.
        """
        began, self._seconds = time.monotonic(), 3600
        green = not self.fails(tests)
        self._seconds = AT_LEAST + AS_OFTEN * round(time.monotonic() - began)
        return green

    def notices(
        self, path: str, text: str, tests: Sequence[str], *, on_postgresql: bool = True
    ) -> bool:
        """Whether one of *tests* fails when the file at *path* says *text*."""
        kept = (self.place / path).read_text()
        self._write(path, text)
        try:
            engines = ("not postgresql", *(["postgresql"] if on_postgresql else []))
            return any(self.fails([*tests, "-k", engine]) for engine in engines)
        finally:
            self._write(path, kept)

    def fails(self, arguments: Sequence[str]) -> bool:
        """Whether a run of pytest with *arguments* is red, or does not come to its end."""
        child = os.fork()
        if child == 0:
            _become_pytest([*QUIET, *arguments], self._log, self._seconds)
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) not in SURVIVED

    def said(self) -> str:
        """The end of what the last run said."""
        return "\n".join(self._log.read_text().splitlines()[-40:])

    @property
    def _log(self) -> Path:
        return self.place / "pytest.log"

    def _write(self, path: str, text: str) -> None:
        # Compiled files are told by size and second: two changes within one must not be taken for
        # each other
        (self.place / path).write_text(text)
        self._stamp += 10
        os.utime(self.place / path, (self._stamp, self._stamp))


def _become_pytest(arguments: Sequence[str], log: Path, seconds: int) -> None:
    code = 1
    try:
        with log.open("w") as said:
            for stream in (1, 2):
                os.dup2(said.fileno(), stream)
        for name in [name for name in sys.modules if name.partition(".")[0] in {"tests", "intake"}]:
            del sys.modules[name]  # this one's own: the copy's are to be loaded
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(seconds)
        code = int(pytest.main(list(arguments)))
    finally:
        os._exit(code)


def _too_long(number: int, frame: FrameType | None) -> None:
    """End the tests as Ctrl-C does, so that what they started is ended as well."""
    signal.alarm(60)
    raise KeyboardInterrupt
