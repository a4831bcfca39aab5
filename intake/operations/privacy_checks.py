"""Is what was to go really gone: from the database's files, and by the clinic's retention
policy?
"""

from datetime import datetime, timedelta

from intake.config import Clinic
from intake.db import Database
from intake.operations.finding import Finding, fine, warning
from intake.privacy.retention import is_left, reports
from intake.privacy.scrub import REMEDY, is_scrub_due

LATE = timedelta(days=7)
"""A run each night may fail for a few."""


def check_scrub(database: Database) -> Finding:
    """Return whether somebody was erased whose bytes may still stand in the database's files."""
    with database.reading() as session:
        is_due = is_scrub_due(session)
    if is_due:
        remedy = f"{REMEDY[0].lower()}{REMEDY[1:]}"
        return warning(
            "erasures",
            f"somebody was erased whose bytes may still stand in the database’s files; {remedy}",
        )
    return fine("erasures", "nobody who was erased is left in the database’s files")


def check_retention(database: Database, clinic: Clinic, *, now: datetime) -> Finding:
    """Return whether what the policy ends is ended; a run that finds nothing leaves no trace, and
    so is not asked for.
    """
    with database.reading() as session:
        is_late, last = (
            is_left(session, clinic, over_at=now - LATE),
            reports(session, clinic, limit=1),
        )
    if not is_late:
        return fine("retention", "nothing is over by the policy for more than a week")
    ran = (
        f"the last run that ended something was on {last[0].at:%Y-%m-%d}"
        if last
        else "no run ended anything yet"
    )
    return warning(
        "retention",
        f"records that were over by [retention] a week ago are still there, and {ran}; run “intake "
        "retention run”, and have it started each night",
    )
