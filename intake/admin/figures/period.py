"""The time that the figures are of: whole days on the clinic's wall clock, up to this moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LENGTHS = (7, 30, 90, 365)
USUAL = 30


@dataclass(frozen=True)
class DayRange:
    """From the beginning of the first day up to and with *end*."""

    first: date
    days: int
    start: datetime
    end: datetime


def lasting(days: int, zone: ZoneInfo, *, now: datetime) -> DayRange:
    """Return the last *days* days, today included."""
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    return DayRange(first, days, _begins(first, zone), now)


def before(period: DayRange, zone: ZoneInfo) -> DayRange:
    """Return as many days just before *period*, up to the same time of the day: a morning is
    compared with a morning.
    """
    first = period.first - timedelta(days=period.days)
    wall = period.end.astimezone(zone).replace(tzinfo=None) - timedelta(days=period.days)
    return DayRange(first, period.days, _begins(first, zone), wall.replace(tzinfo=zone))


def length_of(asked: str) -> int:
    """Return the number of days in an address; the usual one for anything else."""
    return int(asked) if asked in map(str, LENGTHS) else USUAL


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
