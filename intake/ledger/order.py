"""Refuse to sign, give out or call in order what is not the log that was signed."""

from pathlib import Path

from sqlalchemy.orm import Session

from intake.counted import counted
from intake.db import Database
from intake.ledger.alarm import GLANCE, PATROL, end, standing_alarms
from intake.ledger.audit import audit
from intake.ledger.comparison import compare
from intake.ledger.kept_checkpoints import committed, kept_here
from intake.ledger.keys import KeyProblem, known_keys
from intake.ledger.seal import NotSealed


def require_order(session: Session, folder: Path) -> None:
    """Take a glance at the log. Raises `NotSealed` with what is wrong and what to do.

    *session* should not have read anything before.
    """
    try:
        compared = compare(session, folder)
    except KeyProblem as problem:
        raise NotSealed(str(problem)) from None
    if compared.is_alarm:
        raise NotSealed(compared.sentence)
    for alarm in standing_alarms(folder).values():
        raise NotSealed(alarm.sentence)


def require_whole(database: Database, folder: Path) -> None:
    """Check every entry of the log, and the checkpoints beside the key. Raises `NotSealed`.

    An alarm is over when nothing is found.
    """
    kept = kept_here(folder)
    with database.reading() as session:
        compared = compare(session, folder)
        if compared.is_alarm:
            raise NotSealed(compared.sentence)
        found = audit(session, known_keys(folder), committed(kept, compared))
    if found.wrong:
        raise NotSealed(
            f"The consent log has {counted(len(found.wrong), 'fault')}, so nothing is signed or "
            f"given out. The first: {found.wrong[0]}. Run “intake consent verify”"
        )
    end(folder, GLANCE, PATROL)
