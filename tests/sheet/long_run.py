"""Hours of a relay in seconds: its real loop and steps, under a clock that jumps instead of
waiting.
"""

import gc
import threading
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake import relay
from intake.config import Clinic
from intake.db import Database
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.google.call_quota import Allowance
from intake.sheet.sync.steps import relay_steps
from tests.conftest import NOON
from tests.demo.sandbox.running import RunningSandbox

MINUTE = timedelta(minutes=1)


class Alone:
    """A lease that nobody else wants."""

    def holds(self, now: datetime) -> bool:  # noqa: ARG002  (as `relay.LeaseHolder` has it)
        return True

    def give_back(self) -> None:
        pass


@dataclass(frozen=True)
class Call:
    """A call that reached Google, and when the relay believed it to be."""

    at: datetime
    is_write: bool


class JumpingClock(threading.Event):
    """A clock, and an event to wait for: who waits finds that the time has passed. *meanwhile* is
    what happens then.
    """

    def __init__(
        self, now: datetime = NOON, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__()
        self.now, self.meanwhile = now, meanwhile

    def __call__(self) -> datetime:
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        """Jump."""
        self.now += timedelta(seconds=timeout or 0)
        self.meanwhile()
        return self.is_set()


class LongRun:
    """A relay for *clinic*, from noon on."""

    def __init__(self, database: Database, sandbox: RunningSandbox, clinic: Clinic) -> None:
        self.sandbox, self.now = sandbox, NOON
        self.calls: list[Call] = []
        allowance, access = Allowance(), sandbox.access
        sheet = GoogleSheet(access.credentials, access.spreadsheet_id, allowance)
        self.steps = relay_steps(
            database, sheet, clinic, "test", allowance, stopwatch=self._seconds
        )

    def go_on(
        self,
        length: timedelta,
        *,
        meanwhile: Callable[[datetime], object] = lambda _: None,
        until: Callable[[], bool] = lambda: False,
        poll: float = relay.POLL,
    ) -> None:
        """Run for *length* or *until* something is true; *meanwhile* is called at every look at the
        database.
        """
        end = self.now + length
        self.sandbox.take_calls()

        def happens() -> None:
            taken = [
                call["path"]
                for call in self.sandbox.take_calls()
                if call["path"].startswith("/v4/")
            ]
            self.calls += [Call(self.now, path.endswith(":batchUpdate")) for path in taken]
            self.now = clock.now
            meanwhile(self.now)
            if self.now >= end or until():
                clock.set()

        clock = JumpingClock(self.now, happens)
        gc.disable()  # it would walk over the cells of ten thousand rows again and again
        try:
            relay.run(relay.Loop("sheet", self.steps, Alone()), clock=clock, stop=clock, poll=poll)
        finally:
            gc.enable()

    def _seconds(self) -> float:
        """Nothing takes time but waiting, however slow the machine is."""
        return self.now.timestamp()

    def count(self, *, writes: bool) -> int:
        """How many reads or *writes* there were."""
        return len(self._times(writes=writes))

    def busiest_minute(self, *, writes: bool) -> int:
        """How many reads or *writes* there were in the minute that had most of them, wherever it
        begins.
        """
        times = self._times(writes=writes)
        return max(
            (bisect_left(times, start + MINUTE) - at for at, start in enumerate(times)), default=0
        )

    def _times(self, *, writes: bool) -> list[datetime]:
        return [call.at for call in self.calls if call.is_write is writes]
