"""A finding that is asked for anew only after a while, so that nobody who asks often makes work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from intake.operations.finding import Finding


@dataclass
class CachedFinding:
    """The last finding, kept for *age*. One thread asks at a time; the others wait for its
    answer.
    """

    age: timedelta
    _found: tuple[Finding, datetime] | None = None
    _lock: Lock = field(default_factory=Lock)

    def finding(self, ask: Callable[[], Finding], clock: Callable[[], datetime]) -> Finding:
        """Return what *ask* found a short while ago, or ask now."""
        with self._lock:
            if self._found is None or abs(clock() - self._found[1]) >= self.age:
                self._found = (ask(), clock())
            return self._found[0]
