"""When each step of a loop is called again: at the time that it named, or with the next news where
it found nothing.

A relay looks for news at each turn of its loop. That is one cheap question, where the steps would
ask a dozen. A new entry in the outbox is the news. What comes without one (a retry that falls due,
a request that is no longer held) is found after `WITHOUT_NEWS`.
"""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from intake.outbox import LONGEST_AHEAD, Progress, is_due

WITHOUT_NEWS = timedelta(seconds=5)
AWAKE = timedelta(seconds=2)
"""How long steps are called at each turn after news. PostgreSQL may show an entry after one with
a higher number, and an entry of a node whose clock is ahead is not due yet when it comes."""

News = Callable[[], Hashable]
"""Returns a value that differs from the last one when there may be something new."""


class Rests:
    """The rests of the steps of one loop, by their names."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._mark: Hashable = None
        self._awake_until: datetime | None = None
        self._until: dict[str, datetime] = {}
        self._found_nothing: set[str] = set()

    def look_for_news(self, now: datetime) -> None:
        """Wake the steps that found nothing, if there is news. Asked before they run, so that none
        is missed.
        """
        mark = self._news()
        if mark != self._mark:
            self._mark, self._awake_until = mark, now + AWAKE

    def is_over(self, name: str, now: datetime) -> bool:
        """Return whether the step is to be called now."""
        is_awake = self._awake_until is not None and now < self._awake_until
        return is_due(self._until.get(name, now), now) or (is_awake and name in self._found_nothing)

    def begin(self, name: str, progress: Progress, now: datetime) -> None:
        """Let the step that made *progress* rest."""
        if progress == Progress():
            self._found_nothing.add(name)
            self._until[name] = now + WITHOUT_NEWS
        else:
            self._found_nothing.discard(name)
            # A longer rest would look as if the clock had been set back, and be none at all
            self._until[name] = min(progress.not_before or now, now + LONGEST_AHEAD)
