"""Waiting for something to become true, with a bound that only ends what would never end."""

import threading
import time
from collections.abc import Callable

RAN_TOO_LONG = 600.0
"""Seconds. Nothing that is asserted depends on it: a slow machine is no fault."""


def wait_until(
    is_true: Callable[[], bool], what: str, *, bound: float = RAN_TOO_LONG, pause: float = 0.05
) -> None:
    """Return once *is_true* says so; fail with *what* was waited for when the bound is reached."""
    until = time.monotonic() + bound
    while not is_true():
        assert time.monotonic() < until, f"waited {bound:.0f} seconds for {what}"
        threading.Event().wait(pause)
