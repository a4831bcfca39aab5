"""Copy a transaction's acts into the file beside the keys, at the moment of its commit."""

import logging
from pathlib import Path

from sqlalchemy.orm import Session

from intake.config import Settings
from intake.db import Database
from intake.ledger.acts_file import ActsFile, NotKept
from intake.ledger.kept_acts import KeptAct, kept_in

log = logging.getLogger(__name__)


class Keeper:
    """What a `Database` calls around each commit.

    A copy that cannot be written stops nothing: a withdrawal must take effect on a full disk, too.
    It is logged as an error, `intake doctor` says it, and the relay writes it down as soon as it
    can (`consent.copying`).
    """

    def __init__(self, file: ActsFile) -> None:
        self._file = file

    def before_commit(self, session: Session) -> None:
        """Copy what forbids something."""
        self._copy([act for act in kept_in(session) if not act.allows])

    def after_commit(self, session: Session) -> None:
        """Copy what allows it again."""
        self._copy([act for act in kept_in(session) if act.allows])

    def _copy(self, acts: list[KeptAct]) -> None:
        if not acts:
            return
        try:
            self._file.append(acts)
        except NotKept as problem:
            log.error(
                "acts not copied",
                extra={"acts": len(acts), "reason": type(problem.__cause__).__name__},
            )


def acts_file(settings: Settings, folder: Path) -> ActsFile:
    """Return the file of kept acts of this installation."""
    return ActsFile(folder, settings.acts_key())


def database_with_copy(settings: Settings, folder: Path) -> Database:
    """Return the database of *settings*, which copies acts into *folder* as it commits them."""
    return Database(settings.database(), keeper=Keeper(acts_file(settings, folder)))
