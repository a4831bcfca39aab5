"""Several actors beside each other: none gets far ahead of the slowest, so that all of it happens
at the same time.
"""

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from tests.waiting import RAN_TOO_LONG

AHEAD = 0.1
"""How far one may be ahead of the slowest, as a share of what each has to do."""


class InStep:
    """Hands out the acts of each actor, the next one when the others have come far enough."""

    def __init__(self, acts: Mapping[str, Sequence[str]]) -> None:
        self._left = {who: deque(mine) for who, mine in acts.items()}
        self._all = {who: len(mine) for who, mine in acts.items()}
        self._done = dict.fromkeys(acts, 0)
        self._changed = threading.Condition()
        self._failed = False

    def acts_of(self, who: str) -> Iterator[str]:
        """Each act of *who*; several threads may share them. An act counts as done when the next
        one is asked for.
        """
        while True:
            with self._changed:
                may_go_on = self._changed.wait_for(
                    lambda: self._failed or self._may_go_on(who), RAN_TOO_LONG
                )
                assert may_go_on, (
                    f"{who} waited too long for the others: {self._done} of {self._all}"
                )
                if self._failed or not self._left[who]:
                    return
                act = self._left[who].popleft()
            yield act
            with self._changed:
                self._done[who] += 1
                self._changed.notify_all()

    def fail(self) -> None:
        """End all: somebody failed, and would be waited for."""
        with self._changed:
            self._failed = True
            self._changed.notify_all()

    def _may_go_on(self, who: str) -> bool:
        slowest = min(self._done[other] / self._all[other] for other in self._all)
        begun = self._all[who] - len(self._left[who])
        return not self._left[who] or begun / self._all[who] <= slowest + AHEAD
