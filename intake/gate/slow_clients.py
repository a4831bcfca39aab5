"""A web process whose threads are not held by clients that are slow to say what they want.

gunicorn waits without end for the rest of a request that has begun; eight such connections would stop everything. Here
the reading side of a connection is closed when a request takes too long to arrive. What was read whole by then is
answered as ever, however long that takes.
"""

import socket
from contextlib import suppress
from threading import Timer
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class PunctualWorker(ThreadWorker):
    """gunicorn's threaded worker, with a limit on how long a request may take to arrive."""

    PATIENCE = 20.0
    """Seconds; a form over the slowest mobile network takes two."""

    def handle(self, conn: Any) -> Any:
        """Serve one request of the connection, as the class above does."""
        timer = Timer(self.PATIENCE, _stop_reading, [conn.sock])
        timer.daemon = True
        timer.start()
        try:
            return super().handle(conn)  # type: ignore[no-untyped-call]
        finally:
            timer.cancel()


def _stop_reading(connection: socket.socket) -> None:
    with suppress(OSError):  # it may have ended by itself
        connection.shutdown(socket.SHUT_RD)
