"""When requests came: by day, by hour and by day of the week, on the clinic's wall clock.

The database counts by hour; only those counts are read, and put on the wall clock here, because
SQLite knows no zones.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Text, func, select, text, type_coerce
from sqlalchemy.orm import Session

from intake.admin.figures.period import DayRange
from intake.config import Clinic
from intake.models import Lead

HOUR = timedelta(hours=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAILY = 31
"""Up to so many days each has its own figure; beyond, each week."""
Points = Sequence[tuple[str, float]]


@dataclass(frozen=True)
class ArrivalCounts:
    """Labelled counts, for charts."""

    over_time: Points
    is_weekly: bool
    by_hour: Points
    by_weekday: Points


def arrivals(session: Session, clinic: Clinic, period: DayRange) -> ArrivalCounts:
    """Return the requests of *period*; each day, hour and day of the week is there, also without
    one.
    """
    days, by_hour, by_weekday = Counter[date](), Counter[int](), Counter[int]()
    for at, count in _by_hour(session, clinic, period):
        local = at.astimezone(clinic.time_zone)
        days[local.date()] += count
        by_hour[local.hour] += count
        by_weekday[local.weekday()] += count
    is_weekly = period.days > DAILY
    return ArrivalCounts(
        over_time=_weeks(days, period) if is_weekly else _days(days, period),
        is_weekly=is_weekly,
        by_hour=[(f"{hour}:00", by_hour[hour]) for hour in range(24)],
        by_weekday=[(name, by_weekday[at]) for at, name in enumerate(WEEKDAYS)],
    )


def _by_hour(session: Session, clinic: Clinic, period: DayRange) -> Iterator[tuple[datetime, int]]:
    """Return the beginning of each hour, with its count. Where the wall clock is half an hour off,
    so are these hours.
    """
    shift = (clinic.time_zone.utcoffset(period.end.replace(tzinfo=None)) or timedelta()) % HOUR
    found = session.execute(
        select(_hour(session, shift), func.count())
        .where(Lead.clinic == clinic.key, Lead.hold_reason.is_(None))
        .where(Lead.received_at >= period.start, Lead.received_at <= period.end)
        .group_by(text("1"))
    )
    return ((datetime.fromisoformat(f"{hour}:00+00:00") - shift, count) for hour, count in found)


def _hour(session: Session, shift: timedelta) -> ColumnElement[str]:
    """Return the hour as text: "2026-11-23 17"."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", Lead.received_at) + shift, "YYYY-MM-DD HH24")
    if shift:
        return func.strftime(
            "%Y-%m-%d %H", Lead.received_at, f"+{int(shift.total_seconds())} seconds"
        )
    return func.substr(type_coerce(Lead.received_at, Text), 1, len("2026-11-23 17"))


def _days(days: Counter[date], period: DayRange) -> Points:
    all_days = (period.first + timedelta(days=at) for at in range(period.days))
    return [(f"{day.day} {day:%b}", days[day]) for day in all_days]


def _weeks(days: Counter[date], period: DayRange) -> Points:
    """From the period's first day on, so that every week but the last is whole."""
    starts = [period.first + timedelta(days=at) for at in range(0, period.days, 7)]
    return [
        (f"{day.day} {day:%b}", sum(days[day + timedelta(days=at)] for at in range(7)))
        for day in starts
    ]
