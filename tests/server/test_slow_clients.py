"""Clients that are slow, to speak or to listen, hold a connection of the server and never one of
its threads.
"""

import socket

import pytest

from tests.server.conftest import heard

POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "nothing": b"",
    "half a line": b"POST / HT",
    "half of the headers": POST,
    "no body yet": POST + b"Content-Length: 900\r\n\r\n",
    "half a body": POST + b"Content-Length: 900\r\n\r\nname=A",
    "half a body in chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n6\r\nname=A\r\n",
    "a body that nobody asked for": (
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\nname=A"
    ),
    "a one-click withdrawal": (
        b"POST /consent/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\n\r\nList-Unsub"
    ),
}


def test_eight_and_sixty_four_slow_bodies_hold_up_neither_the_form_nor_healthz(serving):
    for many in (8, 64):
        slow = [serving.connect(SLOW["half a body"]) for _ in range(many)]

        assert [serving.get(path) for path in ("/healthz", "/", "/fr/")] == [200] * 3
        for connection in slow:
            connection.close()


def test_no_way_of_being_slow_holds_anything_up(serving):
    slow = [serving.connect(said) for said in SLOW.values() for _ in range(5)]

    assert [serving.get(path) for path in ("/healthz", "/")] == [200] * 2
    assert serving.send("POST", "/", {"name": "Ana"})[0] == 422
    for connection in slow:
        connection.close()


def test_a_body_that_comes_in_pieces_is_answered_when_it_is_whole(serving):
    connection = serving.connect(POST + b"Connection: close\r\nContent-Length: 8\r\n\r\n")
    for piece in (b"na", b"me", b"=A"):
        connection.sendall(piece)
        assert serving.get("/healthz") == 200
    connection.sendall(b"na")

    assert heard(connection).startswith(b"HTTP/1.1 422 ")


def test_who_does_not_read_the_answers_holds_nobody_up(serving):
    slow = []
    for _ in range(8):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        connection.connect(("127.0.0.1", serving.port))
        # Far more than the kernel keeps
        connection.sendall(b"GET /static/app.css HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
        slow.append(connection)

    assert [serving.get(path) for path in ("/healthz", "/")] == [200] * 2
    for connection in slow:
        connection.close()


@pytest.mark.parametrize("said", SLOW.values(), ids=SLOW)
def test_who_is_too_slow_is_told_so_or_nothing_and_the_connection_is_closed(hurried, said):
    answer = heard(hurried.connect(said))

    has_headers = b"\r\n\r\n" in said
    assert answer[:12] == (b"HTTP/1.1 408" if has_headers else b"")
    assert hurried.get("/healthz") == 200


def test_what_breaks_off_is_used_by_nobody(serving):
    form = b"name=Ana&phone=416+555+0123"
    for head in (
        POST + b"Content-Length: 900\r\n\r\n" + form,
        POST + b"Transfer-Encoding: chunked\r\n\r\n1b\r\n" + form,
    ):
        connection = serving.connect(head)
        connection.shutdown(socket.SHUT_WR)
        assert heard(connection)[:12] in {b"", b"HTTP/1.1 400"}

    assert serving.get("/healthz") == 200
