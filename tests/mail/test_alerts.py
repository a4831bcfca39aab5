"""The clinic is told once when the queue stands still, and once when it runs again."""

from datetime import timedelta

import pytest

from intake.mail.alerts import Alerts
from intake.models import SheetHealth
from intake.sheet.queue.backlog import backlog
from intake.sheet.queue.health import health_of, note_problem
from tests.conftest import NOON

AFTER = timedelta(minutes=30)
NOT_SHARED = "The spreadsheet is not shared with the service account; share it, as Editor, with it."


@pytest.fixture
def told(clinic):
    """A clinic that wants to be told."""
    operations = clinic.operations.model_copy(update={"email": "ops@example.com"})
    return clinic.model_copy(update={"operations": operations})


@pytest.fixture
def alerts(database, smtp, told):
    return Alerts(database, smtp, told, backlog)


@pytest.fixture
def trouble(database, clinic):
    """`trouble(words)` as the read-back notes it; None when it is solved."""

    def note(words, now=NOON):
        with database.writing() as session:
            note_problem(health_of(session, clinic.key), words, now=now)

    return note


def subjects(host):
    return [str(taken.message["Subject"]) for taken in host.taken]


def test_a_problem_that_lasts_is_told_once_with_its_remedy_and_again_when_it_is_solved(
    alerts, trouble, host, add_lead, database, clinic
):
    add_lead()
    trouble(NOT_SHARED)

    assert alerts.step(NOON + AFTER - timedelta(seconds=1)).done == 0
    assert alerts.step(NOON + AFTER).done == 1
    assert alerts.step(NOON + 2 * AFTER).done == 0

    (taken,) = host.taken
    assert taken.recipients == ["ops@example.com"]
    assert subjects(host) == ["The callback queue stands still: 1 waiting"]
    for body in (taken.text, taken.html):
        assert NOT_SHARED in body
        assert "Monday, November 23 at 12:00 p.m." in body
        assert "Ana" not in body
        assert "555 0123" not in body
    assert taken.message["List-Unsubscribe"] is None
    with database.reading() as session:
        assert session.get(SheetHealth, clinic.key).alerted_at == NOON + AFTER

    trouble(None, NOON + 3 * AFTER)
    assert alerts.step(NOON + 3 * AFTER).problem is None
    assert alerts.step(NOON + 4 * AFTER).done == 0
    assert subjects(host)[1:] == []  # the lead itself still waits, and has for long
    with database.reading() as session:
        assert session.get(SheetHealth, clinic.key).alerted_at is not None


def test_when_it_is_solved_it_is_told_once(alerts, trouble, host, database, clinic):
    trouble(NOT_SHARED)
    alerts.step(NOON + AFTER)
    trouble(None)

    assert alerts.step(NOON + 2 * AFTER).done == 1
    assert alerts.step(NOON + 3 * AFTER).done == 0

    assert subjects(host) == [
        "The callback queue stands still: 0 waiting",
        "The callback queue runs again",
    ]
    with database.reading() as session:
        assert session.get(SheetHealth, clinic.key).alerted_at is None


def test_requests_that_wait_without_a_reported_problem_are_trouble_too(alerts, host, add_lead):
    add_lead()

    alerts.step(NOON + AFTER)

    assert "Is “intake relay” running" in host.taken[0].text


def test_a_hiccup_is_not_told(alerts, trouble, host):
    trouble(NOT_SHARED)
    alerts.step(NOON + AFTER / 2)
    trouble(None)
    alerts.step(NOON + AFTER)

    assert host.taken == []


def test_it_is_tried_until_it_is_taken_and_a_second_copy_is_known_by_its_id(
    alerts, trouble, host, database, clinic
):
    trouble(NOT_SHARED)
    host.answers["DATA"] = "451 4.3.0 later"
    waits = alerts.step(NOON + AFTER)
    host.answers.clear()

    assert waits.not_before == NOON + AFTER + timedelta(minutes=1)
    assert "we try again" in waits.problem
    alerts.step(NOON + AFTER + timedelta(minutes=1))
    with database.writing() as session:  # as if it had died before it could record it
        session.get(SheetHealth, clinic.key).alerted_at = None
    alerts.step(NOON + AFTER + timedelta(minutes=2))

    first, second = host.taken
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_without_an_address_nobody_is_told(database, smtp, clinic, trouble, host):
    trouble(NOT_SHARED)

    assert Alerts(database, smtp, clinic, backlog).step(NOON + AFTER).done == 0
    assert host.taken == []
