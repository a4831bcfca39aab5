"""How long something waits is told from when it was asked for, not from when it is tried next."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.admin.queue.request import request_of
from intake.consent.lost_link import Contact, ask_for_link
from intake.models import OutboxEntry, Topic
from intake.outbox import claim, enqueue, put_off, settle_untried, take_one, waiting
from intake.sheet.errors import SheetRefused
from intake.sheet.queue.backlog import backlog
from intake.sheet.sync.set_aside import set_aside
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY

LATER = NOON + timedelta(hours=2)


def refused_three_times(session):
    for at in (NOON, NOON + timedelta(minutes=20), NOON + timedelta(minutes=40)):
        set_aside(session, claim(session, Topic.QUEUE_ROW, now=at), SheetRefused("No."), now=at)


def test_a_row_that_is_put_off_does_not_become_younger(session, lead, clinic):
    lead()
    session.flush()

    refused_three_times(session)

    assert waiting(session, Topic.QUEUE_ROW) == (1, NOON)
    assert backlog(session, clinic.key).oldest == NOON
    assert backlog(session, clinic.key).problem_since == NOON


@pytest.mark.parametrize("tries", [1, 4])
def test_nor_does_a_mail(session, lead, clinic, tries):
    lead(email="ana@example.com")
    session.flush()
    for number in range(tries):
        at = NOON + number * timedelta(minutes=20)
        entry = take_one(
            session, [Topic.ACKNOWLEDGEMENT], clinic.key, now=at, hold=timedelta(minutes=10)
        )
        put_off(session, entry.id, at + timedelta(minutes=15), "The server is away.")

    assert waiting(session, Topic.ACKNOWLEDGEMENT) == (1, NOON)


def test_the_page_of_the_request_says_since_when_its_row_waits(session, lead, clinic):
    ana = lead()
    session.flush()
    refused_three_times(session)

    told = request_of(session, clinic, ana.ref, named=True, now=LATER)

    assert told.sheet == (
        "Waits to be put into the sheet since "
        f"{NOON.astimezone(clinic.time_zone):%a %d %b %Y, %H:%M}."
    )


def test_a_link_that_was_asked_for_days_ago_and_put_off_since_can_be_asked_for_again(
    session, lead, clinic
):
    ana = lead(email="ana@example.com", now=NOON - timedelta(days=3))
    session.flush()
    entry = enqueue(session, Topic.LINK, ana.id, now=NOON - timedelta(days=2))
    entry.due_at = NOON + timedelta(minutes=10)
    session.flush()

    ask_for_link(
        session, Contact(phone=ana.phone), clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )

    assert (
        len(session.scalars(select(OutboxEntry).where(OutboxEntry.topic == Topic.LINK)).all()) == 2
    )


def test_without_a_server_a_mail_ends_by_how_long_it_waits(session, lead, clinic):
    ana = lead(email="ana@example.com")
    session.flush()
    entry = session.scalars(
        select(OutboxEntry).where(OutboxEntry.topic == Topic.ACKNOWLEDGEMENT)
    ).one()
    entry.due_at = LATER
    session.flush()

    ended = settle_untried(
        session,
        [Topic.ACKNOWLEDGEMENT],
        ana.clinic,
        before=NOON + timedelta(hours=1),
        now=LATER,
        problem="no server",
    )

    assert ended == 1
