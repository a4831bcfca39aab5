"""The server of the tests: one process with two threads, and a patience that is said."""

from collections.abc import Callable

from intake.app import from_environ
from intake.server.bridge import Bridge
from intake.server.processes import serve as serving


def serve(port: int, patience: float) -> None:
    """Serve until told to stop."""
    serving(
        "127.0.0.1",
        port,
        workers=1,
        target=f"{__name__}:start",
        given={"patience": patience},
        explain=lambda _: None,
        seconds_for_headers=patience,
    )


def start(patience: float) -> tuple[Bridge, Callable[[], None]]:
    """As in production, but for these numbers."""
    return Bridge(from_environ(), threads=2, patience=patience), lambda: None
