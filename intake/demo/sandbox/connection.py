"""HTTP/1.1 with connections that stay open, so that a client's session reuses them as it does with
Google.
"""

import io
import socket

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

HOST = "127.0.0.1"
LARGEST_BODY = 10 * 1024 * 1024


class WholeRequestHandler(WSGIRequestHandler):
    """Reads a request to its end before it answers, which Werkzeug's own does not: it closes after
    each.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # status line, headers and body leave together
    server: "LocalServer"

    def setup(self) -> None:
        """Remember the connection, to close it when the server ends."""
        super().setup()
        self.server.connections.add(self.connection)

    def finish(self) -> None:
        """Forget it."""
        self.server.connections.discard(self.connection)
        try:
            super().finish()
        except OSError:
            self.close_connection = True  # it was broken on purpose, or the client left

    def run_wsgi(self) -> None:
        """Answer one request."""
        length = self.headers.get("Content-Length", "0")
        if (
            "Transfer-Encoding" in self.headers
            or not length.isdecimal()
            or int(length) > LARGEST_BODY
        ):
            self.close_connection = True
            self.send_error(413)
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(length)))
        answer, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"".join(answer))
        self.wfile.flush()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (werkzeug's name)
        """Say nothing: a path may tell what it should not, and the call list is there for tests."""


class LocalServer(ThreadedWSGIServer):
    """Listens on this computer only; at its end the connections end as well."""

    def __init__(self, app: Flask, port: int) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(HOST, port, app, WholeRequestHandler)

    def server_close(self) -> None:
        """Close what is still open: a client that kept a connection must not go on talking to a
        server that ended.
        """
        super().server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.connections.discard(connection)
