"""The overview: counted in the database, told in medians and shares, right for no request as for
many.
"""

from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.admin.figures.arrivals import arrivals
from intake.admin.figures.outcomes import by_service, outcome, outcomes
from intake.admin.figures.overview import overview
from intake.admin.figures.period import before, lasting, length_of
from intake.admin.figures.spread import Outcome, quantile, share
from intake.models import QueueRow, Role, Status
from intake.sheet.queue.derived_values import measure_older
from tests.conftest import NOON
from tests.factories import Factory

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def called(session, lead, status, minutes=None):
    """*lead* got this status; called so many minutes after the request, of which lunch is no
    opening time.
    """
    at = None if minutes is None else lead.received_at + minutes * MINUTE
    session.add(
        QueueRow(
            lead_id=lead.id,
            status=status,
            sheet_status=status,
            status_at=NOON,
            first_called_at=at,
            attempts=int(minutes is not None),
        )
    )


@pytest.fixture
def some(session, clinic, lead):
    """Seven requests of this week in every state, and one of the week before."""
    week = NOON - 3 * DAY
    requests = [
        lead(now=week, services=("acupuncture", "physiotherapy")),
        lead(now=week, services=("acupuncture",)),
        lead(now=week + MINUTE, language="fr", call_language="fr", consult_with=None),
        lead(now=week),
        lead(now=week),
        lead(now=NOON - MINUTE),
        lead(now=week),
    ]
    old, held = lead(now=NOON - 10 * DAY), lead(now=NOON - DAY)
    held.hold_reason = "trap"
    session.flush()
    states = (
        (Status.BOOKED, 10),
        (Status.NOT_INTERESTED, 30),
        (Status.REACHED, 200),
        (Status.NO_ANSWER, 20),
        (Status.NEW, None),
        (None, None),
        (Status.SPAM, None),
    )
    for one, (status, minutes) in zip(requests, states, strict=True):
        if status:
            called(session, one, status, minutes)
    called(session, old, Status.BOOKED, 5)
    session.flush()
    measure_older(session, clinic)
    return lasting(7, clinic.time_zone, now=NOON)


def test_what_came_of_the_requests_of_a_period(session, clinic, some):
    whole = outcome(session, clinic, some, now=NOON)

    assert (
        whole.requests,
        whole.called,
        whole.due,
        whole.in_time,
        whole.reached,
        whole.booked,
    ) == (6, 4, 5, 3, 3, 1)
    assert (whole.usual, whole.most, whole.longest) == (20, 170, 170)
    assert outcome(session, clinic, before(some, clinic.time_zone), now=NOON).minutes == Counter(
        {5: 1}
    )


def test_the_same_requests_told_apart_by_what_was_asked(session, clinic, some):
    split, services = (
        outcomes(session, clinic, some, now=NOON),
        by_service(session, clinic, some, now=NOON),
    )

    assert {name: one.requests for name, one in split["form_language"].items()} == {
        "en": 5,
        "fr": 1,
    }
    assert {name: one.requests for name, one in split["consult_with"].items()} == {
        "physiotherapist": 5,
        "": 1,
    }
    assert split["call_language"]["fr"].usual == 170
    assert {name: one.requests for name, one in services.items()} == {
        "acupuncture": 2,
        "physiotherapy": 1,
        "": 4,
    }
    assert services["acupuncture"].minutes == Counter({10: 1, 30: 1})


def test_requests_are_counted_on_the_clinics_wall_clock(session, clinic, lead):
    lead(now=NOON - 5 * MINUTE)
    # Half past eleven in the evening of Saturday, and Sunday in UTC
    lead(now=NOON - DAY - 12.5 * 60 * MINUTE)
    session.flush()

    came = arrivals(session, clinic, lasting(7, clinic.time_zone, now=NOON))

    assert len(came.over_time) == 7
    assert came.over_time[-3:] == [("21 Nov", 1), ("22 Nov", 0), ("23 Nov", 1)]
    assert [hour for hour, count in came.by_hour if count] == ["11:00", "23:00"]
    assert [day for day, count in came.by_weekday if count] == ["Mon", "Sat"]


def test_a_clock_that_is_half_an_hour_off_has_its_own_hours(session, clinic, lead):
    there = clinic.model_copy(update={"time_zone": ZoneInfo("America/St_Johns")})
    lead(now=NOON + 29 * MINUTE)  # 13:59 there
    lead(now=NOON + 31 * MINUTE)
    session.flush()

    came = arrivals(session, there, lasting(7, there.time_zone, now=NOON + 60 * MINUTE))

    assert [(hour, count) for hour, count in came.by_hour if count] == [("13:00", 1), ("14:00", 1)]


def test_long_periods_are_told_by_the_week(session, clinic, lead):
    lead()
    session.flush()

    came = arrivals(session, clinic, lasting(90, clinic.time_zone, now=NOON))

    assert (came.is_weekly, len(came.over_time), sum(count for _, count in came.over_time)) == (
        True,
        13,
        1,
    )


def test_a_period_ends_now_and_the_one_before_at_the_same_time_of_the_day(clinic):
    period = lasting(7, clinic.time_zone, now=NOON)
    then = before(period, clinic.time_zone)

    assert (period.first, then.first) == (date(2026, 11, 17), date(2026, 11, 10))
    assert (period.end - then.end, then.start < then.end <= period.start) == (7 * DAY, True)
    assert [length_of(asked) for asked in ("7", "365", "", "8", "x")] == [7, 365, 30, 30, 30]


@pytest.mark.parametrize(
    ("heaps", "half", "most"),
    [
        ({}, None, None),
        ({7: 1}, 7, 7),
        ({1: 1, 2: 1}, 1, 2),
        ({1: 9, 100: 1}, 1, 1),
        ({1: 89, 100: 11}, 1, 100),
    ],
)
def test_medians_come_from_counted_minutes(heaps, half, most):
    assert (quantile(Counter(heaps), 0.5), quantile(Counter(heaps), 0.9)) == (half, most)


def test_nothing_of_nothing_is_no_share():
    assert (share(0, 0), share(1, 4), Outcome().longest) == (None, 25, None)


def test_without_a_request_the_page_says_so(client):
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/figures?days=90")

    assert "No request came in these 90 days." in page.text
    assert "– booked" in page.text
    assert not page.soup.select("svg")


def test_few_requests_are_not_told_apart(client, page_database, clinic):
    with page_database.writing() as session:
        for at in range(3):
            Factory(session, clinic)(
                now=NOON - at * DAY, services=("acupuncture",), call_language="fr"
            )
    client.sign_in()

    page = client.get("/admin/figures")

    assert page.soup.select_one(".tile").get_text(" ").startswith("3 requests")
    assert "Acupuncture fewer than 5 – – – – –" in page.text
    assert len(page.soup.select("figure.chart")) == 4


def test_a_group_is_told_by_the_names_of_the_clinic(session, clinic, some):
    tables = {
        table.id: {group.name: group.cells for group in table.groups}
        for table in overview(session, clinic, 7, now=NOON).tables
    }

    assert tables["form"]["English form"] == ("5", "75%", "20 min", "30 min", "40%", "20%")
    assert tables["with"].keys() == {"Physiotherapist", "Not said"}
    assert tables["service"]["Acupuncture"][0] == "fewer than 5"
