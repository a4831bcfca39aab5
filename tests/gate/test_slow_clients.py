"""A handful of clients that never finish a request do not keep others out."""

import os
import socket
import subprocess
import sys
import urllib.request

import pytest

from intake.demo import Processes
from intake.gate.slow_clients import PunctualWorker
from tests.conftest import SECRET


class HurriedWorker(PunctualWorker):
    """As ours, but for the length of a test."""

    PATIENCE = 0.3


@pytest.fixture
def address(page_database, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = page_database.url.render_as_string(hide_password=False)
    environ = os.environ | {"INTAKE_DATABASE_URL": url, "INTAKE_SECRET_KEY": SECRET, "INTAKE_INSTANCE": str(tmp_path)}
    worker = f"{__name__}.HurriedWorker"
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "2", "--log-level",
               "error", "--graceful-timeout", "1",
               "--no-control-socket", "--worker-class", worker, "intake.app:from_environ()"]  # fmt: skip
    process = subprocess.Popen(command, env=environ)
    waiting = Processes(environ)
    waiting.running["web"] = process
    waiting.wait_for(f"http://127.0.0.1:{port}/healthz")
    yield "127.0.0.1", port
    waiting.stop()


def test_who_never_finishes_a_request_holds_nobody_else_up(address):
    begun = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    slow = [socket.create_connection(address) for _ in range(6)]
    for number, connection in enumerate(slow):
        connection.sendall(begun + (b"Content-Length: 900\r\n\r\nname=A" if number % 2 else b""))

    with urllib.request.urlopen(f"http://127.0.0.1:{address[1]}/", timeout=20) as answer:
        assert answer.status == 200
    for connection in slow:
        connection.settimeout(20)
        while connection.recv(4096):
            pass  # what it says of it (400) or nothing; then it is closed
        connection.close()
