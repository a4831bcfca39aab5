from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from intake.config.canada import CanadaHolidays
from intake.hours import (
    NeverOpen,
    business_days,
    business_minutes,
    call_by,
    dated,
    in_words,
    is_holiday,
    opening_periods,
)


def at(clinic, text):
    return datetime.fromisoformat(text).replace(tzinfo=clinic.time_zone)


@pytest.mark.parametrize(
    ("received", "promised"),
    [
        ("2026-11-23 10:00", "2026-11-23 11:00"),  # Monday, open: an hour
        # Friday after closing: Monday, an hour after opening
        (
            "2026-11-20 19:40",
            "2026-11-23 09:00",
        ),
        ("2026-11-23 12:00", "2026-11-23 13:30"),  # over the noon break
        ("2026-11-23 11:30", "2026-11-23 12:30"),  # ends exactly when the noon break begins
        ("2026-11-23 18:00", "2026-11-23 19:00"),  # ends exactly at closing time
        ("2026-11-23 18:00:01", "2026-11-24 08:00:01"),  # a second later it does not
        ("2026-11-23 18:40", "2026-11-24 08:40"),  # the rest of the hour on the next morning
        ("2026-11-23 07:59:59", "2026-11-23 09:00"),
        ("2026-11-23 19:00", "2026-11-24 09:00"),  # at closing time
        # The clinic's day off, Christmas, the day kept for Boxing Day
        (
            "2026-12-23 18:59",
            "2026-12-29 08:59",
        ),
        ("2026-02-13 20:00", "2026-02-17 09:00"),  # Family Day, an Ontario holiday
    ],
)
def test_the_promise_counts_opening_time_only(clinic, received, promised):
    assert call_by(clinic, at(clinic, received)) == at(clinic, promised)


def test_the_promise_holds_on_the_wall_clock_when_the_clocks_change(clinic):
    friday_evening = at(clinic, "2026-03-06 19:40")  # summer time begins on Sunday the 8th

    assert call_by(clinic, friday_evening) == at(clinic, "2026-03-09 09:00")
    assert call_by(clinic, friday_evening).astimezone(UTC).hour == 13


def test_a_clinic_that_never_opens_is_a_mistake_of_the_clinic_file(clinic, monkeypatch):
    closed = clinic.model_copy(
        update={
            "opening_hours": clinic.opening_hours.model_copy(
                update=dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ())
            )
        }
    )

    with pytest.raises(NeverOpen, match="opening_hours"):
        call_by(closed, at(clinic, "2026-11-23 10:00"))


def test_business_minutes_leave_out_the_night_and_the_break(clinic):
    assert (
        business_minutes(clinic, at(clinic, "2026-11-23 18:30"), at(clinic, "2026-11-24 08:15"))
        == 45
    )
    assert (
        business_minutes(clinic, at(clinic, "2026-11-23 12:00"), at(clinic, "2026-11-23 13:15"))
        == 45
    )
    assert (
        business_minutes(clinic, at(clinic, "2026-11-23 12:00"), at(clinic, "2026-11-23 11:00"))
        == 0
    )


@pytest.mark.parametrize("province", holidays.list_supported_countries()["CA"])
def test_the_holidays_of_each_province_are_those_of_the_whole_library(province):
    years = range(2020, 2040)

    assert dict(CanadaHolidays(subdiv=province, years=years)) == dict(
        holidays.country_holidays("CA", subdiv=province, years=years)
    )


def test_holidays_are_the_provinces_and_the_clinics(clinic):
    assert is_holiday(clinic, at(clinic, "2026-07-01 00:00").date())
    assert is_holiday(clinic, at(clinic, "2026-12-24 00:00").date())
    assert opening_periods(clinic, at(clinic, "2026-11-22 00:00").date()) == []


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-20", "2026-11-23", 1),  # over a weekend
        ("2026-11-21", "2026-11-22", 0),  # within one
        ("2026-11-23", "2026-12-07", 10),
        ("2026-02-13", "2026-02-17", 1),  # Family Day
        # Christmas and the day kept for Boxing Day; the clinic's own day off counts
        (
            "2026-12-23",
            "2026-12-29",
            2,
        ),
        ("2026-12-31", "2027-01-04", 1),  # New Year, then a weekend
        ("2026-11-24", "2026-11-23", 0),
    ],
)
def test_business_days_are_counted_as_the_law_does(clinic, start, end, days):
    assert business_days(clinic, date.fromisoformat(start), date.fromisoformat(end)) == days


@pytest.mark.parametrize(
    ("language", "promise", "kept"),
    [
        ("en", "Monday, November 23 at 9:05 a.m.", "Monday, November 23, 2026 at 9:05 a.m."),
        ("fr", "lundi 23 novembre à 9\xa0h\xa005", "lundi 23 novembre 2026 à 9\xa0h\xa005"),
    ],
)
def test_a_time_is_said_on_the_clinics_wall_clock_in_both_languages(
    clinic, language, promise, kept
):
    moment = at(clinic, "2026-11-23 09:05").astimezone(UTC)

    assert in_words(moment, clinic, language) == promise
    assert dated(moment, clinic, language) == kept


def test_a_clinic_that_opens_again_after_a_year_still_keeps_its_promise(clinic):
    """The longest closure that counts is a year, the day it ends on included."""
    received = at(clinic, "2026-11-23 18:30")
    days = [date(2026, 11, 24) + timedelta(days=count) for count in range(366)]
    closed = clinic.model_copy(
        update={
            "opening_hours": clinic.opening_hours.model_copy(
                update={"closed_on": tuple(day for day in days if day != date(2027, 11, 24))}
            )
        }
    )

    assert call_by(closed, received) == at(clinic, "2027-11-24 08:30")
    shut = clinic.model_copy(
        update={
            "opening_hours": clinic.opening_hours.model_copy(
                update={"closed_on": (*days, date(2027, 11, 24))}
            )
        }
    )
    with pytest.raises(NeverOpen):
        call_by(shut, received)


def test_minutes_are_counted_within_a_period_and_to_its_very_end(clinic):
    minutes = [
        business_minutes(clinic, at(clinic, f"2026-11-23 {start}"), at(clinic, f"2026-11-23 {end}"))
        for start, end in (
            ("09:00", "09:01"),
            ("12:29", "12:30"),
            ("12:30", "13:00"),
            ("12:30", "13:01"),
            ("07:00", "08:00"),
            ("18:00", "23:00"),
        )
    ]

    assert minutes == [1, 1, 0, 1, 0, 60]
