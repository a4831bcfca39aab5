"""How long does the disk take to confirm a commit? Each patient waits for one before the
confirmation is shown.
"""

import time
from collections.abc import Callable
from statistics import median

from sqlalchemy import delete, insert

from intake.db import Database
from intake.models import WriteProbe
from intake.operations.finding import Finding, fine, warning

TRIES = 5
SLOW = 0.020
"""Seconds. A local disk takes one to five milliseconds; network disks and cheap volumes take many
times that.
"""


def check_commit(
    database: Database, *, stopwatch: Callable[[], float] = time.perf_counter
) -> Finding:
    """Return what a small commit costs, the median of `TRIES`, with a warning where it is more than
    `SLOW`.

    *stopwatch* gives seconds on a clock that only goes forward.
    """
    took = median(_seconds_of_commit(database, stopwatch) for _ in range(TRIES))
    cost = f"a commit takes {1000 * took:.1f} ms"
    if took > SLOW:
        return warning(
            "disk",
            f"{cost}, and every patient waits for one; put the database on a local disk, because "
            "network disks and cheap volumes are slow to confirm what they store",
        )
    return fine("disk", cost)


def _seconds_of_commit(database: Database, stopwatch: Callable[[], float]) -> float:
    with database.writing() as session:
        session.execute(insert(WriteProbe).values(filling=b"\0"))
        session.execute(delete(WriteProbe))
        began = stopwatch()
    return stopwatch() - began
