"""A number that grows with every change, and a way to wait for the next one."""

import threading
import time


class News:
    """What the grid page waits for."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # From the clock, so that a page that was open over a restart sees another number than
        # before.
        self.version = int(time.time() * 1000)

    def spread(self) -> None:
        """Something changed."""
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def wait(self, since: int, seconds: float) -> None:
        """Return when the version is another than *since*, or after *seconds*."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != since, seconds)
