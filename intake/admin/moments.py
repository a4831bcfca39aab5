"""Instants as pages of the desk show them: on the clinic's wall clock."""

from collections.abc import Callable
from datetime import datetime

from intake.config import Clinic


def shown_by(clinic: Clinic) -> Callable[[datetime | None], str]:
    """Says an instant as "2026-11-23 12:00", for the templates of a page."""
    return lambda at: f"{at.astimezone(clinic.time_zone):%Y-%m-%d %H:%M}" if at else "–"
