"""Have everything in the copy outside of the database that belongs there, whatever kept it out at
first.

The copy is written with each act. It lacks what was done before there was a copy, what could not be
written (a full disk stops no withdrawal), and on an installation of several machines what was done
on another one.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from intake.db import Database
from intake.ledger.acts_file import ActsFile, NotKept
from intake.ledger.kept_acts import KeptAct
from intake.outbox import Progress
from intake.restore.recorded import TableProgress, recorded_since

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=20)
AFTER_PROBLEM = timedelta(minutes=1)


@dataclass
class Copying:
    """The worker's step."""

    database: Database
    file: ActsFile
    _place: TableProgress = field(default_factory=TableProgress)
    _there: set[str] = field(default_factory=set)
    _size: int = 0
    """The size of the file when it was read last: an equal number means that nothing was added."""

    def step(self, now: datetime) -> Progress:
        """Copy a portion of what the file lacks. Killed in between, the next one finds the same
        missing.
        """
        with self.database.reading() as session:
            recorded, reached = recorded_since(session, self._place.a_little_before)
        try:
            missing = self._missing(recorded)
            if missing:
                self.file.append(missing)
        except NotKept as problem:
            log.error(
                "acts not copied",
                extra={"acts": len(recorded), "reason": type(problem.__cause__).__name__},
            )
            return Progress(not_before=now + AFTER_PROBLEM, problem=str(problem))
        reached = reached.or_later(self._place)
        went_on, self._place = reached != self._place, reached
        if missing:
            log.warning("acts copied afterwards", extra={"acts": len(missing)})
        return Progress(not_before=now if went_on else now + EVERY, was_put_off=went_on)

    def _missing(self, recorded: list[KeptAct]) -> list[KeptAct]:
        if recorded and (size := self.file.size()) != self._size:
            self._there, self._size = {act.uid for act in self.file.acts()}, size
        return [act for act in recorded if act.uid not in self._there]
