"""Do what was copied and never committed: a process was killed between the two lines of an act.

The person pressed the button and saw an error, or nothing. What forbids something is done all the
same.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from intake.ledger.acts_file import NotKept
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.outbox import Progress
from intake.restore.mode import RestoreMode
from intake.restore.recorded import lost
from intake.restore.redo import Redo
from intake.restore.restoring import RestoreTarget, note_done

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=30)
GRACE = timedelta(minutes=2)
"""A transaction that copied its acts may be about to commit them."""


@dataclass
class CatchingUp:
    """The worker's step."""

    place: RestoreTarget
    mode: RestoreMode
    _size: int = 0
    """The size of the file when nothing in it was missing in the database."""

    def step(self, now: datetime) -> Progress:
        """Do what is missing. A whole database that is older is left to `intake restore`, which
        asks a person.
        """
        size = self.place.file.size()
        if size == self._size or self.mode.problem():
            return Progress(not_before=now + EVERY)
        try:
            copy = list(self.place.file.acts())
            with self.place.database.reading() as session:
                missing = lost(session, copy, self.place.clinic.key)
            due = [act for act in missing if now - act.at > GRACE]
            if due:
                with self.place.database.writing() as session:
                    self._catch_up(session, copy, due, now)
                note_done(self.place.file, due, self.place.clinic, now)
        except NotKept as problem:
            return Progress(not_before=now + EVERY, problem=str(problem))
        self._size = size if not missing else 0
        return Progress(not_before=now + EVERY)

    def _catch_up(
        self, session: Session, copy: list[KeptAct], due: list[KeptAct], now: datetime
    ) -> None:
        """Accounts are left out: whoever changed one saw that it failed, and is there to do it
        again.
        """
        still = {act.uid for act in lost(session, due, self.place.clinic.key)}
        acts = [act for act in due if act.uid in still and act.kind is not KeptActKind.ACCOUNT]
        Redo(session, self.place.clinic, self.place.address_key, now, rows={}).all(copy, acts)
        if acts:
            log.warning("acts done that were copied and not committed", extra={"acts": len(acts)})
