"""The server as `intake serve` starts it, with two threads in one process, which is soon filled."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from intake.demo.one_computer import Processes
from tests.conftest import SECRET
from tests.databases import Templates
from tests.journeys.conftest import free_port

START = (
    "from tests.server.hurried import serve; import sys; serve(int(sys.argv[1]), "
    "float(sys.argv[2]))"
)


@dataclass(frozen=True)
class Serving:
    """Where it listens, and its process."""

    port: int
    process: "subprocess.Popen[bytes]"

    def connect(self, said: bytes = b"") -> socket.socket:
        """A connection on which *said* was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.sendall(said)
        return connection

    def get(self, path: str) -> int:
        """The status of a page."""
        return self.send("GET", path)[0]

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The status of an answer, and its body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        connection.request(method, path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found


def heard(connection: socket.socket) -> bytes:
    """All that is said on a connection until it is closed."""
    said = b""
    while more := connection.recv(65_536):
        said += more
    connection.close()
    return said


@pytest.fixture(scope="session")
def serving(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that waits a minute for what is slow: longer than any test needs."""
    with started(templates, tmp_path_factory.mktemp("serving"), patience=60) as found:
        yield found


@pytest.fixture(scope="session")
def hurried(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that waits hardly at all."""
    with started(templates, tmp_path_factory.mktemp("hurried"), patience=0.5) as found:
        yield found


@contextmanager
def started(templates: Templates, instance: Path, *, patience: float) -> Iterator[Serving]:
    """A server with a database of its own, stopped afterwards."""
    settings = {
        "INTAKE_DATABASE_URL": templates.sqlite(),
        "INTAKE_SECRET_KEY": SECRET,
        "INTAKE_INSTANCE": str(instance),
    }
    port = free_port()
    processes = Processes(os.environ | settings)
    processes.start("web", ["-c", START, str(port), str(patience)])
    try:
        processes.wait_for(f"http://127.0.0.1:{port}/healthz")
        yield Serving(port, processes.running["web"])
    finally:
        processes.stop()
