"""How reading the sheet goes: kept for doctor, for /readyz and for the Pipeline tab."""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.models import SheetHealth


def health_of(session: Session, clinic: str) -> SheetHealth:
    """The clinic's line, made when there is none."""
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
