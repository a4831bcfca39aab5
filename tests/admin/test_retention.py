"""The retention page: the policy in words, what it would do, and doing it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.models import Lead, OutboxEntry, QueueRow, RetentionRun, Role, Status
from intake.staff.sessions import FRESH
from tests.conftest import NOON
from tests.factories import Factory

PAGE, LOOK = "/admin/retention", "/admin/retention?dry-run=yes"
LONG_AGO = NOON - timedelta(days=3 * 365)


@pytest.fixture
def over(page_database, clinic):
    """A request that was closed years ago, and one of today."""
    with page_database.writing() as session:
        add = Factory(session, clinic)
        old, new = add(now=LONG_AGO, name="Zuzanna Old"), add(name="Zuzanna New")
        for lead in (old, new):
            session.add(
                QueueRow(lead_id=lead.id, tab=1, status=Status.BOOKED, status_at=lead.received_at)
            )
        for entry in session.scalars(select(OutboxEntry)):
            entry.delivered_at = NOON
    return old, new


def names(database):
    with database.reading() as session:
        return [lead.name for lead in session.scalars(select(Lead).order_by(Lead.id))]


def test_the_policy_stands_in_words_and_the_look_is_asked_for(client, over):
    client.sign_in(Role.AUDITOR)

    page = client.get(PAGE)

    assert "requests closed for 24 months, whose person agreed to no email" in page.text
    assert "An open request, for as long as somebody still has to call" in page.text
    assert "The policy was never run, or had nothing to do." in page.text
    assert "2023" not in page.text
    assert page.soup.select_one(f"main a[href='{LOOK}']")
    assert not page.soup.select("main form")


def test_the_look_says_how_many_would_go_and_changes_nothing(client, over, page_database):
    client.sign_in(Role.AUDITOR)

    page = client.get(LOOK)

    assert "2023-11-24" in page.text
    assert "An admin can do it now." in page.text
    assert not page.soup.select("main form"), "an auditor changes nothing"
    assert "Zuzanna" not in page.text
    assert names(page_database) == ["Zuzanna Old", "Zuzanna New"]


def test_an_admin_runs_it_after_ticking_that_it_was_read(client, over, page_database):
    client.sign_in(Role.ADMIN)

    refused = client.send(LOOK, to=PAGE)

    assert (refused.status, refused.errors()) == (
        422,
        {"sure": "Read what would go, and tick this if it may"},
    )
    assert names(page_database) == ["Zuzanna Old", "Zuzanna New"]

    done = client.send(LOOK, {"sure": "y"}, to=PAGE)

    assert (done.status, done.response.location) == (303, PAGE)
    assert "Zuzanna Old" not in names(page_database)
    assert "Zuzanna New" in names(page_database)
    told = client.get(PAGE)
    assert "Done, see the report below. The database’s files were rewritten" in told.text
    assert "admin" in told.soup.select("table")[-1].get_text()
    with page_database.reading() as session:
        report = session.scalars(select(RetentionRun)).one()
        assert report.counts["requests"] == 1


def test_a_run_that_finds_nothing_leaves_no_report(client, page_database, clinic):
    with page_database.writing() as session:
        Factory(session, clinic)()
    client.sign_in(Role.ADMIN)
    token = client.get("/admin/privacy").value("csrf_token")
    assert "Nothing is over at present." in client.get(LOOK).text

    client.post(PAGE, {"csrf_token": token, "sure": "y"})

    page = client.get(PAGE)
    assert "Nothing is over by the policy." in page.text
    assert "The policy was never run, or had nothing to do." in page.text


def test_running_it_needs_a_fresh_sign_in(client, over, page_database, clock):
    client.sign_in(Role.ADMIN)
    token = client.get(LOOK).value("csrf_token")
    clock.now += FRESH

    answer = client.post(PAGE, {"csrf_token": token, "sure": "y"})

    assert answer.response.location.startswith("/admin/verify")
    assert names(page_database) == ["Zuzanna Old", "Zuzanna New"]
