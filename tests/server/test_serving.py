"""What the server does with requests that are whole, and how it ends."""

import os
import select
import signal
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.server.conftest import heard, started

FORM = (
    b"POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
    b"application/x-www-form-urlencoded\r\n"
)


def test_a_form_is_stored_and_its_confirmation_shown(serving):
    stamp = BeautifulSoup(serving.send("GET", "/")[1], "html5lib").select_one("[name=stamp]")[
        "value"
    ]

    status, page = serving.send(
        "POST", "/", {"stamp": stamp, "name": "Ana Đặng", "phone": "416 555 0123"}
    )

    assert status == 303
    link = BeautifulSoup(page, "html5lib").select_one("a")["href"]
    assert "We have your request" in serving.send("GET", link)[1]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"200"),
        (b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"200"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"200"),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n6\r\nname=A\r\n0\r\n\r\n", b"422"),
        (FORM + b"Content-Length: 900000\r\n\r\nname=A", b"413"),
        (
            FORM
            + b"Transfer-Encoding: chunked\r\n\r\n"
            + b"4000\r\n"
            + b"x" * 0x4000
            + b"\r\n4000\r\n"
            + b"x" * 0x4000
            + b"\r\n4000\r\n"
            + b"x" * 0x4000
            + b"\r\n4000\r\n"
            + b"x" * 0x4000
            + b"\r\n1\r\nx\r\n0\r\n\r\n",
            b"413",
        ),
        (FORM + b"Content-Length: x\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (
            b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            b"421",
        ),
        (b"GET /%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /%FF/%C3%A9 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 1_000_000 + b"\r\n\r\n", b"431"),
    ],
)
def test_each_request_is_answered_with_its_status(serving, request_, status):
    assert heard(serving.connect(request_)).split(b" ", 2)[1] == status


def test_two_requests_on_one_connection_are_answered_one_after_the_other(serving):
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"

    said = heard(serving.connect(one + b"\r\n" + one + b"Connection: close\r\n\r\n"))

    assert said.count(b"HTTP/1.1 200 OK") == 2


@pytest.fixture
def ending(templates, tmp_path):
    """A server that the test ends."""
    with started(templates, tmp_path, patience=60) as found:
        yield found


def test_told_to_stop_it_answers_what_is_whole_and_ends_with_all_its_processes(ending):
    children = _children(ending.process.pid)
    waiting = ending.connect(FORM + b"Content-Length: 6\r\n\r\nname=A")

    ending.process.send_signal(signal.SIGTERM)

    assert heard(waiting).startswith(b"HTTP/1.1 422 ")
    assert ending.process.wait(60) == 0
    assert children
    assert not any(child.exists() for child in children)


def test_when_it_is_killed_its_processes_end_and_leave_the_port(ending):
    watched = [os.pidfd_open(int(child.name)) for child in _children(ending.process.pid)]
    assert watched

    ending.process.kill()
    ending.process.wait()

    assert [select.select([child], [], [], 120)[0] for child in watched] == [
        [child] for child in watched
    ]


def _children(parent):
    """Where the processes that *parent* started are seen."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [Path("/proc") / number for number in listed]
