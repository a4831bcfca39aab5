"""Is the consent log in order, as far as a quick look tells? `intake consent verify` looks at every byte."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.ledger.seal import unsealed
from intake.models import Anchor, LedgerEntry
from intake.operations.finding import Finding, failure, fine, warning
from intake.sqlite_guard import LOG

LATE = timedelta(minutes=10)
NAMES = {
    "sqlite": ("no_update", "no_delete", "no_replace"),
    "postgresql": ("no_change", "no_truncate"),
}
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
}


def check_log(database: Database, clinic: Clinic, *, now: datetime) -> Finding:
    """Triggers that keep it append-only, entries that wait to be sealed, checkpoints that are kept elsewhere."""
    with database.reading() as session:
        missing = missing_triggers(session)
        if missing:
            return failure(
                "consent log",
                f"the triggers {', '.join(missing)} are missing or asleep, so records can be altered; run “intake "
                "consent verify”, find out who took them away, and restore the schema from a backup",
            )
        return _sealing(session, clinic, now)


def missing_triggers(session: Session) -> list[str]:
    """Names of triggers that should be there and awake."""
    engine = session.get_bind().dialect.name
    there = set(session.scalars(text(TRIGGERS[engine])))
    return sorted({f"{table}_{name}" for table in LOG for name in NAMES[engine]} - there)


def _sealing(session: Session, clinic: Clinic, now: datetime) -> Finding:
    waiting = unsealed(session, limit=1)
    entries = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
    if waiting and now - waiting[0].recorded_at > LATE:
        return warning("consent log", "records wait to be sealed for more than ten minutes; is “intake relay” running?")
    last = session.scalar(select(func.max(Anchor.anchored_at)))
    limit = 2 * timedelta(hours=clinic.ledger.anchor_every_hours)
    if entries and clinic.ledger.anchors and (last is None or now - last > limit):
        since = f"since {last:%Y-%m-%d}" if last else "yet"
        return warning("consent log", f"no checkpoint was kept elsewhere {since}; is “intake relay” running?")
    return fine("consent log", f"{entries} records, append-only")
