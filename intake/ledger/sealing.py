"""The worker's step that seals the log every few seconds, and raises the alarm where it must
not.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from intake.db import Database
from intake.ledger import keys
from intake.ledger.alarm import GLANCE, PATROL, end, sound, standing_alarms
from intake.ledger.seal import NotSealed, seal
from intake.outbox import Progress
from intake.sql import Row, SqlStatement, execute

PACE = timedelta(seconds=5)
GLANCE_EVERY = timedelta(seconds=20)
"""How often the log is compared with the kept head while its ends stay where they are."""
AFTER_PROBLEM = timedelta(minutes=1)
ENDS = SqlStatement(
    "SELECT (SELECT max(id) FROM ledger_entry), (SELECT max(position) FROM ledger_position)"
)


@dataclass
class Sealing:
    """Seal what is there."""

    database: Database
    folder: Path
    """Where the signing key and the last signed head lie, outside the database."""
    origin: str
    _ends: Row | None = field(default=None, init=False)
    """The last row of the log when it was looked at last and nothing was wrong."""
    _looked_at: datetime | None = field(default=None, init=False)

    def step(self, now: datetime) -> Progress:
        """Seal what is there. May be killed at any line: the next one finishes what was signed.

        Comparing counts the whole log in a transaction that writes, so it is left out for a while
        when nothing came.
        """
        ends = self._ends_now()
        if (
            ends == self._ends
            and self._looked_at
            and self._looked_at <= now < self._looked_at + GLANCE_EVERY
        ):
            return Progress(not_before=now + PACE)
        self._ends = None
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
        self._ends, self._looked_at = ends, now
        return Progress(not_before=now + PACE)

    def _ends_now(self) -> Row:
        with self.database.engine.connect() as connection:
            return execute(connection, ENDS)[0]
