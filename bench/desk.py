"""A desk for one measurement: database, sheet and a relay under a jumping clock, in a folder that
goes away.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from intake.config import Clinic, load_clinic
from intake.consent.publishing import publish
from intake.db import Database
from intake.migrate import migrate
from intake.models import Topic
from intake.outbox import Progress, waiting
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.google.call_quota import Step
from intake.sheet.shape.setup import set_up
from tests.conftest import NOON, ROOT
from tests.demo.sandbox.running import RunningSandbox, running_sandbox
from tests.sheet.long_run import LongRun


@dataclass
class Desk:
    """What runs, and how many seconds the steps took that did something: on the wall, and of the
    relay's processor.
    """

    clinic: Clinic
    database: Database
    sandbox: RunningSandbox
    run: LongRun
    wall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.run.steps = {name: self._timed(name, step) for name, step in self.run.steps.items()}

    def _timed(self, name: str, step: Step) -> Step:
        def timed(now: datetime) -> Progress:
            wall, cpu = time.perf_counter(), time.thread_time()
            progress = step(now)
            if progress.done or (progress.not_before and not progress.was_put_off):
                self.wall[name].append(time.perf_counter() - wall)
                self.cpu[name].append(time.thread_time() - cpu)
            return progress

        return timed

    def is_idle(self) -> bool:
        """Return whether every request stands in the sheet."""
        with self.database.reading() as session:
            return waiting(session, Topic.QUEUE_ROW)[0] == 0

    def usual(self, step: str) -> float:
        """Return the median of what *step* took of the processor."""
        return median(self.cpu[step])


@contextmanager
def new_desk() -> Iterator[Desk]:
    """An empty queue."""
    with (
        TemporaryDirectory(prefix="bench-") as name,
        running_sandbox(Path(name) / "sheet") as sandbox,
    ):
        clinic, database = (
            load_clinic(ROOT / "clinic.toml"),
            Database(f"sqlite:///{name}/intake.db"),
        )
        migrate(database)
        with database.writing() as session:
            publish(session, clinic, now=NOON)
        set_up(GoogleSheet(sandbox.access.credentials, sandbox.access.spreadsheet_id), clinic)
        yield Desk(clinic, database, sandbox, LongRun(database, sandbox, clinic))
        database.dispose()
