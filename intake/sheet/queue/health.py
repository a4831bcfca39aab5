"""Which spreadsheet is read and how it goes: kept for doctor, for /readyz and for the Pipeline
tab.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.models import Lead, QueueRow, SheetHealth


def health_of(session: Session, clinic: str) -> SheetHealth:
    """Return the clinic's line, made when there is none."""
    found = session.get(SheetHealth, clinic)
    if found is None:
        found = SheetHealth(clinic=clinic, repaired=0, conflicts=0, removed=0)
        session.add(found)
    return found


def note_reading(health: SheetHealth, problem: str | None, *, now: datetime) -> None:
    """The sheet was read *now*; *problem* is what a person should look at in it."""
    health.read_at = now
    note_problem(health, problem, now=now)


def note_problem(health: SheetHealth, problem: str | None, *, now: datetime) -> None:
    """What stands in the way, in a sentence, or None when nothing does any more."""
    if problem is None:
        health.problem_since = None
    elif health.problem is None:
        health.problem_since = now
    health.problem = problem


def note_spreadsheet(session: Session, clinic: str, spreadsheet_id: str) -> None:
    """The sheet of today is *spreadsheet_id*. Where it was another before, no row stands in it: all
    are lost there.

    A tab is known by its number, and tabs of two spreadsheets can have the same one: an adopted
    first tab has 0.
    """
    health = health_of(session, clinic)
    if health.spreadsheet not in {None, spreadsheet_id}:
        ours = select(Lead.id).where(Lead.clinic == clinic)
        elsewhere = (
            update(QueueRow).where(QueueRow.lead_id.in_(ours)).values(tab=None, missing_since=None)
        )
        session.execute(elsewhere.execution_options(synchronize_session=False))
    health.spreadsheet = spreadsheet_id


def is_noted(session: Session, clinic: str, spreadsheet_id: str) -> bool:
    """Return whether the sheet of today was read before."""
    health = session.get(SheetHealth, clinic)
    return health is not None and health.spreadsheet == spreadsheet_id
