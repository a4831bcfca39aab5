"""What a relay does for the front desk's sheet: its steps in their order, within one allowance of
calls.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from intake.config import Clinic
from intake.db import Database
from intake.outbox import Problem
from intake.sheet.google.call_quota import Allowance, Step
from intake.sheet.google.marks import MarkedSheet, remove_old_marks
from intake.sheet.shape.setup import Spreadsheet, Upkeep
from intake.sheet.sync.deliver import Delivery, QueueSheet
from intake.sheet.sync.pipeline_tab import Board, Bulletin, no_alarm
from intake.sheet.sync.readback import ReadableSheet, ReadBack
from intake.sheet.sync.remove import Removal


class Sheet(QueueSheet, ReadableSheet, Spreadsheet, Board, MarkedSheet, Protocol):
    """What the steps need of the adapter together."""


def relay_steps(
    database: Database,
    sheet: Sheet,
    clinic: Clinic,
    deployment: str,
    allowance: Allowance,
    *,
    alarm: Callable[[], Problem | None] = no_alarm,
    stopwatch: Callable[[], float] = time.monotonic,
) -> dict[str, Step]:
    """Return the steps by name. *allowance* is the one that *sheet* pays from; *alarm* says what
    the board tells first.

    *stopwatch* returns seconds on a clock that only goes forward, to tell how long something took.

    The numbers are the calls that a step may need at worst. Delivery and removal, which can want
    more than there is for long, begin only when they leave the others what they need: a long
    backlog must not stop the reading.
    """
    return {
        "deliver": allowance.step(
            Delivery(database, sheet, clinic, deployment, stopwatch=stopwatch).step,
            reads=7,
            writes=4,
        ),
        "take rows out": allowance.step(
            Removal(database, sheet, clinic, stopwatch=stopwatch).step, reads=5, writes=2
        ),
        "read back": allowance.step(
            ReadBack(database, sheet, clinic, stopwatch=stopwatch).step, reads=3, writes=1
        ),
        "upkeep": allowance.step(Upkeep(sheet, clinic).step, reads=7, writes=2),
        "bulletin": allowance.step(
            Bulletin(database, sheet, clinic, alarm).step, reads=2, writes=1
        ),
        "remove old marks": allowance.step(
            partial(remove_old_marks, database, sheet), reads=1, writes=1
        ),
    }
