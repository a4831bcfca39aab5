"""When the clinic works: opening periods, holidays, opening minutes, the call-by promise and its
words. Pure.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache

from babel.dates import format_datetime

from intake.config import Clinic
from intake.config.canada import CanadaHolidays
from intake.languages import LOCALES

LONGEST_CLOSURE = timedelta(days=366)
PROMISE = {"en": "EEEE, MMMM d 'at' h:mm a", "fr": "EEEE d MMMM 'à' H\u00a0'h'\u00a0mm"}
DATED = {"en": "EEEE, MMMM d, y 'at' h:mm a", "fr": "EEEE d MMMM y 'à' H\u00a0'h'\u00a0mm"}
WEEKEND = {5, 6}


class NeverOpen(Exception):
    """The clinic file leaves no opening hours within a year."""


@cache
def _statutory(province: str, year: int) -> Mapping[date, str]:
    found: Mapping[date, str] = CanadaHolidays(subdiv=province, years=year)
    return found


def is_holiday(clinic: Clinic, day: date) -> bool:
    """Return whether *day* is a statutory holiday of the clinic's province or one of the clinic's
    own days off.
    """
    return day in clinic.opening_hours.closed_on or day in _statutory(clinic.province, day.year)


def opening_periods(clinic: Clinic, day: date) -> list[tuple[datetime, datetime]]:
    """Return the periods of *day* as instants (UTC), in order; empty on a day off."""
    if is_holiday(clinic, day):
        return []
    zone = clinic.time_zone
    return [
        (
            datetime.combine(day, p.opens, zone).astimezone(UTC),
            datetime.combine(day, p.closes, zone).astimezone(UTC),
        )
        for p in clinic.opening_hours.week()[day.weekday()]
    ]


def _periods_from(clinic: Clinic, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = start.astimezone(clinic.time_zone).date()
    while day <= (start + LONGEST_CLOSURE).date():
        yield from (
            (max(opens, start), closes)
            for opens, closes in opening_periods(clinic, day)
            if closes > start
        )
        day += timedelta(days=1)


def call_by(clinic: Clinic, received: datetime) -> datetime:
    """Return the instant (UTC) by which the clinic calls: `call_within_minutes` of opening time
    after *received*.

    A period that closes before the minutes are used up carries the rest to the next one: an hour
    from 18:40 with closing time 19:00 ends 40 minutes after the next opening.
    """
    return after_opening_minutes(clinic, received, clinic.call_within_minutes)


def after_opening_minutes(clinic: Clinic, start: datetime, minutes: int) -> datetime:
    """Return the instant (UTC) at which the clinic was open for so many *minutes* after *start*."""
    left = timedelta(minutes=minutes)
    for opens, closes in _periods_from(clinic, start):
        if opens + left <= closes:
            return opens + left
        left -= closes - opens
    raise NeverOpen("opening_hours: the clinic is closed for a whole year; correct the clinic file")


def business_minutes(clinic: Clinic, start: datetime, end: datetime) -> float:
    """Return the minutes of opening time between two instants; 0 when *end* is not after
    *start*.
    """
    worked = timedelta()
    for opens, closes in _periods_from(clinic, start):
        if opens >= end:
            break
        worked += min(closes, end) - opens
    return worked.total_seconds() / 60


def in_words(moment: datetime, clinic: Clinic, language: str) -> str:
    """Return the time on the clinic's wall clock: "Monday, November 23 at 9:00 a.m.", « lundi 23
    novembre à 9 h 00 ».
    """
    local = moment.astimezone(clinic.time_zone)
    return format_datetime(local, PROMISE[language], locale=LOCALES[language])


def dated(moment: datetime, clinic: Clinic, language: str) -> str:
    """Return the time with its year, to be stored: "Monday, November 23, 2026 at 9:00 a.m."."""
    local = moment.astimezone(clinic.time_zone)
    return format_datetime(local, DATED[language], locale=LOCALES[language])


def business_days(clinic: Clinic, start: date, end: date) -> int:
    """The business days after *start* up to and with *end*, as a legal term counts them: 0 on the
    same day.

    Weekends and statutory holidays of the province are none. The clinic's own days off are: closing
    the clinic does not prolong what the law allows.
    """
    days = (start + timedelta(days=count) for count in range(1, (end - start).days + 1))
    return sum(
        day.weekday() not in WEEKEND and day not in _statutory(clinic.province, day.year)
        for day in days
    )
