"""How much waits for the sheet, for how long, and why."""

from datetime import datetime, timedelta

from intake.config import Clinic
from intake.db import Database
from intake.operations.finding import Finding, failure, fine, warning
from intake.sheet.queue.backlog import Backlog, backlog

LATE = timedelta(minutes=5)
AN_HOUR = 60


def check_backlog(database: Database, clinic: Clinic, *, now: datetime) -> Finding:
    """Return how much waits for the sheet, for how long, and why."""
    with database.reading() as session:
        state = backlog(session, clinic.key)
    words = _waiting(state, now)
    if state.problem:
        return failure("queue", f"{words}. {state.problem}")
    if state.oldest and now - state.oldest > LATE:
        return warning("queue", f"{words}; is “intake relay” running?")
    return fine("queue", words)


def _waiting(state: Backlog, now: datetime) -> str:
    if not state.oldest:
        return "nothing is waiting"
    minutes = max(0, int((now - state.oldest).total_seconds() // 60))
    age = f"{minutes // 60} h {minutes % 60:02} min" if minutes >= AN_HOUR else f"{minutes} min"
    return f"{state.waiting} waiting, the oldest for {age}"
