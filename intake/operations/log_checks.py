"""Is the consent log in order, as far as a quick look tells? `intake consent verify` looks at every
byte.
"""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.ledger.alarm import standing_alarms
from intake.ledger.anchoring import last_anchor
from intake.ledger.comparison import compare
from intake.ledger.keys import KeyProblem
from intake.ledger.seal import unsealed
from intake.models import LedgerEntry, StoredCheckpoint
from intake.operations.finding import Finding, failure, fine, warning
from intake.sqlite_guard import LOG

LATE = timedelta(minutes=10)
PLACES = {
    "sheet": "the tab “Ledger”",
    "file": "the file beside the key",
    "mail": "the auditor’s mail",
}
NAMES = {
    "sqlite": ("no_update", "no_delete", "no_replace"),
    "postgresql": ("no_change", "no_truncate"),
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
}


def check_signed(database: Database, folder: Path) -> Finding:
    """Return whether the log is the one that was signed: by a glance, and by what the patrol
    found.
    """
    subject = "signed log"
    try:
        with database.reading() as session:
            compared = compare(session, folder)
    except KeyProblem as problem:
        return failure(subject, str(problem))
    alarms = [alarm.sentence for alarm in standing_alarms(folder).values()]
    if compared.is_alarm:
        return failure(subject, compared.sentence)
    if alarms:
        return failure(subject, alarms[0])
    return fine(subject, compared.sentence)


def check_log(
    database: Database, clinic: Clinic, *, now: datetime, has_sheet: bool = True
) -> Finding:
    """Triggers that keep it append-only, entries that wait to be sealed, checkpoints that are kept
    elsewhere.
    """
    with database.reading() as session:
        missing = missing_triggers(session)
        if missing:
            return failure(
                "consent log",
                f"the triggers {', '.join(missing)} are missing or asleep, so records can "
                "be altered; run “intake consent verify”, find out who took them away, and "
                "restore the schema from a backup",
            )
        return _sealing(session, clinic, now, has_sheet)


def missing_triggers(session: Session) -> list[str]:
    """Names of triggers that should be there and awake."""
    engine = session.get_bind().dialect.name
    there = set(session.scalars(text(TRIGGERS[engine])))
    return sorted({f"{table}_{name}" for table in LOG for name in NAMES[engine]} - there)


def _sealing(session: Session, clinic: Clinic, now: datetime, has_sheet: bool) -> Finding:
    waiting = unsealed(session, limit=1)
    entries = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    if waiting and now - waiting[0].recorded_at > LATE:
        return warning(
            "consent log",
            "records wait to be sealed for more than ten minutes; is “intake relay” running?",
        )
    for place in clinic.ledger.anchors:
        last = last_anchor(session, place)
        patience = (
            2 * timedelta(hours=clinic.ledger.anchor_every_hours) if place == "mail" else LATE
        )
        after = last.checkpoint_id if last else 0
        since = session.scalar(
            select(func.min(StoredCheckpoint.signed_at)).where(StoredCheckpoint.id > after)
        )
        if since and now - since > patience and (has_sheet or place != "sheet"):
            kept = f"since {last.anchored_at:%Y-%m-%d}" if last else "yet"
            return warning(
                "consent log",
                f"no checkpoint was kept in {PLACES[place]} {kept}; is “intake relay” running?",
            )
    return fine("consent log", f"{entries} records, append-only")
