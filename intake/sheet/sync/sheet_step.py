"""What the steps that work on the sheet have in common: delivery, read-back, removal."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from intake.config import Clinic
from intake.db import Database
from intake.sheet.errors import AnswerLost, SheetError, SheetNeedsStaff
from intake.sheet.queue.columns import Layout

LOOK_AGAIN = timedelta(minutes=1)
"""The wait after a problem that a person must solve."""


class LaidOutSheet(Protocol):
    """The least that a step needs of the adapter."""

    def layout(self) -> Layout: ...


@dataclass
class SheetStep:
    """A step on one queue: it looks at the sheet, decides, and writes.

    Between looking and writing the world may change. The step finds that out before it writes, and
    leaves the rest to the next look.
    """

    database: Database
    sheet: LaidOutSheet
    clinic: Clinic
    stopwatch: Callable[[], float] = field(default=time.monotonic, kw_only=True)
    """Seconds on a clock that only goes forward, to tell how long something took."""
    patience: float = field(default=120.0, kw_only=True)
    """Seconds from looking to writing."""

    def require_recent(self, began: float) -> None:
        """Raise `AnswerLost` when the process was stopped for long since it *began* to look:
        another relay may have worked on the sheet meanwhile.
        """
        if self.stopwatch() - began > self.patience:
            raise AnswerLost("The relay was stopped for a while; looking again.")


def wait_after(error: SheetError) -> timedelta:
    """Return how long Google asked us to wait, or how long until a person can have acted."""
    if isinstance(error, SheetNeedsStaff):
        return LOOK_AGAIN
    return timedelta(seconds=error.retry_after or 0)
