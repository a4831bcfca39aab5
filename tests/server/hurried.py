"""The server of the tests: one process with two threads, and a patience that is said."""

import os

from intake.app import from_environ
from intake.server.bridge import Bridge
from intake.server.processes import serve as serving

PATIENCE = "TEST_PATIENCE"


def serve(port: int, patience: float) -> None:
    """Serve until told to stop."""
    os.environ[PATIENCE] = str(patience)
    serving("127.0.0.1", port, workers=1, target=f"{__name__}:application", seconds_for_headers=patience)


def application() -> Bridge:
    """As in production, but for these numbers."""
    patience = float(os.environ.pop(PATIENCE))
    return Bridge(from_environ(), threads=2, patience=patience)
