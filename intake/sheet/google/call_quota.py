"""The calls that a relay allows itself, so that Google's quota is kept whatever its steps do.

Google counts an account's reads and writes: 60 of each in a minute. A relay has a purse of either,
which holds ten calls and gets one every second and a half. So it makes fifty in a minute at most,
and a relay that takes over from one that died, with a full purse of its own, stays with it below
sixty. Every call is paid for where it is made (`sheet.google.connection`); a step begins only when
the purses hold what it may need, so that none is stopped half way.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from intake.outbox import Progress
from intake.sheet.errors import SheetBusy

SAVED = 10
EVERY = timedelta(seconds=1.5)

Step = Callable[[datetime], Progress]


class TokenBucket:
    """Calls of one kind. It is known by the instant at which it will be full again."""

    def __init__(self) -> None:
        self._now = self._full_at = datetime.min.replace(tzinfo=UTC)

    def holds_at(self, calls: int, now: datetime) -> datetime:
        """Return when it holds so many *calls*: *now*, or later."""
        # It is empty at worst, also after the clock was set back
        self._now, self._full_at = now, min(max(self._full_at, now), now + SAVED * EVERY)
        return max(now, self._full_at - (SAVED - calls) * EVERY)

    def pay(self) -> None:
        """Take one out. Raises `SheetBusy` when there is none."""
        if self._full_at + EVERY > self._now + SAVED * EVERY:
            raise SheetBusy(
                "The relay has made the calls to Google that it allows itself; it goes on shortly."
            )
        self._full_at += EVERY


class Allowance:
    """The purses of one relay, shared by all its steps."""

    def __init__(self) -> None:
        self.reads, self.writes = TokenBucket(), TokenBucket()

    def step(self, step: Step, *, reads: int, writes: int) -> Step:
        """*step*, which begins when there are so many *reads* and *writes*, and is put off until
        then.
        """

        def allowed(now: datetime) -> Progress:
            start = max(self.reads.holds_at(reads, now), self.writes.holds_at(writes, now))
            return step(now) if start <= now else Progress(not_before=start, was_put_off=True)

        return allowed
