"""The worker's step that seals the log every few seconds, and raises the alarm where it must not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from intake.db import Database
from intake.ledger import keys
from intake.ledger.alarm import GLANCE, PATROL, end, sound, standing_alarms
from intake.ledger.seal import NotSealed, seal
from intake.outbox import Progress

PACE = timedelta(seconds=5)
AFTER_PROBLEM = timedelta(minutes=1)


@dataclass(frozen=True)
class Sealing:
    """Seal what is there."""

    database: Database
    folder: Path
    """Where the signing key and the last signed head lie, outside the database."""
    origin: str

    def step(self, now: datetime) -> Progress:
        """Seal what is there. May be killed at any line: the next one finishes what was signed."""
        try:
            with self.database.writing() as session:
                seal(session, self.folder, self.origin, now=now)
        except keys.KeyProblem as problem:
            return Progress(not_before=now + AFTER_PROBLEM, problem=str(problem))
        except NotSealed as problem:
            if PATROL not in standing_alarms(self.folder):
                sound(self.folder, GLANCE, str(problem), now=now)
            return Progress(not_before=now + AFTER_PROBLEM, problem=str(problem))
        end(self.folder, GLANCE)
        return Progress(not_before=now + PACE)
