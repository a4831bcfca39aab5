"""Is the database one that was put back from a backup, and is there a copy of what it must not
lose?
"""

import os
from collections.abc import Iterator

from intake.config import Clinic, Settings
from intake.counted import counted
from intake.db import Database
from intake.ledger.acts_file import ActsFile, NotKept
from intake.ledger.keeper import acts_file
from intake.ledger.place import ledger_folder
from intake.operations.finding import Finding, failure, fine, warning
from intake.restore.mode import RestoreMode
from intake.restore.recorded import TableProgress, lost, recorded_since

RESTORE, COPY = "restore", "copy of acts"


def check_restore(settings: Settings, database: Database) -> Finding:
    """Return whether a person must run `intake restore`."""
    problem = RestoreMode(database, ledger_folder(settings)).problem()
    return (
        failure(RESTORE, problem)
        if problem
        else fine(RESTORE, "the database is as new as the log that was signed")
    )


def check_copy(settings: Settings, database: Database, clinic: Clinic) -> Finding:
    """Return whether every withdrawal and erasure stands in the copy, every line of it is whole,
    and it can be written.
    """
    file = acts_file(settings, ledger_folder(settings))
    if refused := unwritable(file):
        return failure(COPY, refused)
    try:
        copy, problems = list(file.acts()), file.problems()
    except NotKept as problem:
        return failure(COPY, str(problem))
    if problems:
        return warning(COPY, f"{'; '.join(problems[:3])}; find out who had {file.path.parent}")
    there = {act.uid for act in copy}
    missing = sum(uid not in there for uid in _recorded(database))
    with database.reading() as session:
        unknown = len(lost(session, copy, clinic.key))
    if unknown:
        return warning(
            COPY, f"{counted(unknown, 'act')} are not in the database; is “intake relay” running?"
        )
    if missing:
        return warning(
            COPY,
            f"{counted(missing, 'act')} are not in {file.path.name} yet; "
            "is “intake relay” running?",
        )
    return fine(COPY, f"{counted(len(copy), 'line')}, every one whole")


def unwritable(file: ActsFile) -> str | None:
    """Why the file cannot be written, and what to do; None where it can."""
    place = next(one for one in (file.path, *file.path.parents) if one.exists())
    may = os.W_OK if place == file.path else os.W_OK | os.X_OK
    if os.access(place, may):
        return None
    return (
        f"{place} cannot be written, so withdrawals and erasures are not copied; mend its "
        "permissions"
    )


def _recorded(database: Database) -> Iterator[str]:
    place: TableProgress | None = None
    reached = TableProgress()
    while reached != place:
        place = reached
        with database.reading() as session:
            acts, reached = recorded_since(session, place)
        yield from (act.uid for act in acts)
