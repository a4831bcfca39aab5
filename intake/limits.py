"""How often something may be asked for from one place: a sliding window in memory, each process by itself.

Enough against trying out addresses one after the other; whoever has many networks meets the rule behind it as well.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

MOST_PLACES = 10_000
"""So that nobody fills the memory by coming from everywhere."""


@dataclass
class Limit:
    """At most so many *times* *within* a span, for each place."""

    times: int
    within: timedelta
    _asked: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def allows(self, place: str, *, now: datetime) -> bool:
        """Whether *place* may ask once more; what is refused does not count.

        A place that is not known ("") is not counted: everybody who comes from nowhere would share one allowance.
        """
        if not place:
            return True
        with self._lock:
            if len(self._asked) >= MOST_PLACES:
                self._forget([known for known, times in self._asked.items() if times[-1] <= now - self.within])
                self._forget(list(self._asked)[: len(self._asked) - MOST_PLACES + 1])
            times = self._asked.setdefault(place, deque())
            while times and not now - self.within < times[0] <= now:  # also after the clock was set back
                times.popleft()
            if len(times) >= self.times:
                return False
            times.append(now)
            return True

    def _forget(self, places: Iterable[str]) -> None:
        for place in places:
            del self._asked[place]
