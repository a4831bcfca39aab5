"""How long ago, how long still, and since when: in words short enough for a table."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTES_OF_HOUR, HOURS_OF_DAY = 60, 24
SOON = timedelta(hours=12)


def span(length: timedelta) -> str:
    """ "5 min", "3 h 05 min", "1 day", "2 days"; never less than nought."""
    minutes = max(0, int(length.total_seconds() // 60))
    hours = minutes // MINUTES_OF_HOUR
    if hours >= HOURS_OF_DAY:
        days = hours // HOURS_OF_DAY
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{hours} h {minutes % MINUTES_OF_HOUR:02} min" if hours else f"{minutes} min"


def due(at: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """ "18 min late", "in 42 min", "Tue 24 Nov, 09:00"."""
    if at < now:
        return f"{span(now - at)} late"
    return f"in {span(at - now)}" if at - now < SOON else moment(at, zone)


def due_on(day: datetime, *, now: datetime, zone: ZoneInfo) -> str:
    """Say when a *day* is that staff named, given as its beginning: "today", "2 days late", "Thu 26
    Nov 2026".
    """
    named, today = day.astimezone(zone).date(), now.astimezone(zone).date()
    if named == today:
        return "today"
    return f"{span(timedelta(days=(today - named).days))} late" if named < today else _day(named)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """On the clinic's wall clock: "Tue 24 Nov 2026, 09:00"."""
    local = at.astimezone(zone)
    return f"{_day(local)}, {local:%H:%M}"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def ordinal(number: int) -> str:
    """ "1st", "2nd", "11th" …"""
    ending = (
        "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
