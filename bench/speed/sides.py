"""The two that are measured: how each is prepared, started as a server of two processes, and
stopped.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import urllib3

from bench.baseline import ADDRESS, KEY
from bench.speed.traffic import Names
from tests.conftest import ROOT, SECRET
from tests.journeys.conftest import free_port

GLANCE = 0.01
START_WITHIN = 120.0
OK = 200
MEBI = 2**20
PYTHON = sys.executable


@dataclass(frozen=True)
class Side:
    """A program to measure: commands that prepare its database, and one that serves."""

    name: str
    names: Names
    prepared_by: Sequence[Sequence[str]]
    served_by: Sequence[str]
    helps: Sequence[str]

    def environ(self, url: str, folder: Path, *, limits: bool) -> Mapping[str, str]:
        """Return the environment on the database *url*; *limits* are the product's, and on as it is
        shipped.
        """
        return os.environ | {
            ADDRESS: url.replace("postgresql:", "postgresql+psycopg:"),
            KEY: SECRET,
            "INTAKE_DATABASE_URL": url,
            "INTAKE_INSTANCE": str(folder / "instance"),
            "INTAKE_SECRET_KEY": SECRET,
            "INTAKE_LIMITS": "on" if limits else "off",
            "INTAKE_TRUSTED_PROXIES": "1" if limits else "0",
        }


PRODUCT = Side(
    "product",
    Names(
        ["/", "/fr/"],
        "stamp",
        ["agree_reminders", "agree_news", "agree_care", "voicemail_ok"],
        "what_hurts",
    ),
    [
        [PYTHON, "-m", "intake", "db", "upgrade"],
        [PYTHON, "-m", "intake", "consent", "publish", "--yes"],
    ],
    [PYTHON, "-m", "intake", "serve", "--port"],
    [PYTHON, "-m", "intake", "--help"],
)
BASELINE = Side(
    "baseline",
    Names(["/"], "csrf_token", ["contact", "reminders", "news", "voicemail"], "message"),
    [[PYTHON, "-m", "bench.baseline"]],
    [
        PYTHON,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--factory",
        "--workers",
        "2",
        "--blocking-threads",
        "8",
        "--no-ws",
        "--log-level",
        "error",
        "bench.baseline:create_app",
        "--port",
    ],
    [PYTHON, "-m", "flask", "--app", "bench.baseline", "--help"],
)


@dataclass(frozen=True)
class Running:
    """A server that answers: where, after how many seconds it did, and what its first form
    brought.
    """

    side: Side
    port: int
    process: "subprocess.Popen[bytes]"
    seconds: float
    cookie: str

    def token(self, path: str) -> str:
        """Open the form at *path*, and return what must go back with it."""
        page = urllib3.request(
            "GET", f"http://127.0.0.1:{self.port}{path}", headers={"Cookie": self.cookie}
        )
        found = re.search(
            rf'name="{self.side.names.token}"[^>]*value="([^"]+)"', page.data.decode()
        )
        if found is None:
            raise RuntimeError(
                f"{self.side.name}: the form at {path} has no {self.side.names.token}"
            )
        return found[1]

    def memory(self) -> float:
        """Return the resident memory of all its processes, in MiB."""
        return float(sum(one.memory_info().rss for one in _tree(self.process.pid))) / MEBI

    def worked(self) -> float:
        """Return the seconds that its processes had the processor."""
        return float(sum(sum(one.cpu_times()[:2]) for one in _tree(self.process.pid)))


@contextmanager
def running(
    side: Side, url: str, folder: Path, *, limits: bool = False, preload: str = ""
) -> Iterator[Running]:
    """Prepare *side* on an empty database, and serve it; *preload* is a library to load into the
    server.
    """
    environ = dict(side.environ(url, folder, limits=limits))
    for command in side.prepared_by:
        subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True)  # noqa: S603  (our own)
    port = free_port()
    environ |= {"LD_PRELOAD": preload} if preload else {}
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603
        [*side.served_by, str(port)], cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
    )
    try:
        cookie = _first_answer(port, began)
        yield Running(side, port, process, time.monotonic() - began, cookie)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _first_answer(port: int, began: float) -> str:
    """Ask for the form until it comes, and return its cookies."""
    while time.monotonic() - began < START_WITHIN:
        try:
            answer = urllib3.request("GET", f"http://127.0.0.1:{port}/", retries=False, timeout=5)
        except urllib3.exceptions.HTTPError:
            time.sleep(GLANCE)
        else:
            if answer.status == OK:
                return "; ".join(one.split(";")[0] for one in answer.headers.getlist("Set-Cookie"))
    raise RuntimeError("the server did not answer")


def _tree(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]
