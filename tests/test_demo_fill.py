"""A demonstration that was filled: invented people, whose records stand an audit on both
engines.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.consent.reconcile import reconcile
from intake.contacts import parse_phone
from intake.demo.fill.arrivals import PERIOD, arrivals
from intake.demo.fill.fill import fill
from intake.demo.fill.people import AREAS, Crowd
from intake.ledger.audit import audit
from intake.ledger.keys import known_keys
from intake.models import (
    ConsentEvent,
    Decision,
    Lead,
    MailSent,
    OutboxEntry,
    QueueRow,
    Status,
    Topic,
)
from intake.sheet.queue.calling_order import totals
from intake.sheet.queue.derived_values import measure_older
from tests.conftest import NOON
from tests.databases import Templates
from tests.factories import ADDRESS_KEY

NUMBER = 450


@pytest.fixture(scope="module")
def unpublished(tmp_path_factory, clinic):
    return Templates(tmp_path_factory.mktemp("filled"), clinic, "unpublished", published=False)


@pytest.fixture
def templates(unpublished):
    return unpublished


def test_what_was_filled_stands_an_audit_and_is_not_filled_again(database, clinic, tmp_path):
    ledger, said = (tmp_path / "ledger", "consult-intake/riverside"), list[str]()

    filled = fill(
        database, clinic, NUMBER, address_key=ADDRESS_KEY, ledger=ledger, now=NOON, say=said.append
    )
    again = fill(
        database, clinic, NUMBER, address_key=ADDRESS_KEY, ledger=ledger, now=NOON, say=said.append
    )

    assert again == filled
    assert filled.leads == NUMBER
    assert filled.events > 5 * NUMBER
    assert said[0] == f"{NUMBER:,} of {NUMBER:,} requests"
    assert "holds 450 requests already" in said[-1]
    with database.reading() as session:
        found = audit(session, known_keys(ledger[0]))
        assert [*found.wrong, *reconcile(session, clinic.key)] == []
        # Two publications twice
        assert (found.unsealed, found.size) == (
            0,
            filled.events + NUMBER + 2 * (6 + 2),
        )
        _looks_like_a_clinic(session, clinic)


def _looks_like_a_clinic(session, clinic):
    rows = Counter(session.scalars(select(QueueRow.status)))
    decisions = set(session.scalars(select(ConsentEvent.decision)))
    waiting = session.scalar(
        select(func.count()).where(
            OutboxEntry.topic == Topic.QUEUE_ROW, OutboxEntry.delivered_at.is_(None)
        )
    )

    assert rows[Status.BOOKED] > NUMBER / 4
    assert {
        Decision.SHOWN,
        Decision.GIVEN,
        Decision.REFUSED,
        Decision.WITHDRAWN,
        Decision.VERIFIED,
    } <= decisions
    assert 1 <= waiting == totals(session, clinic, now=NOON).open < NUMBER / 10
    assert session.scalar(select(func.count()).select_from(MailSent)) > NUMBER / 2
    assert measure_older(session, clinic) == 0, "what the figures ask is there"
    first, last = session.execute(
        select(func.min(Lead.received_at), func.max(Lead.received_at))
    ).one()
    assert NOON - PERIOD <= first < NOON - PERIOD + timedelta(days=20)
    assert NOON - timedelta(days=5) < last <= NOON


def test_the_same_people_ask_each_time_under_numbers_that_can_be_dialled():
    def met():
        crowd = Crowd(random.Random(1))
        return [crowd.next() for _ in range(200)]

    assert met() == met()
    assert [
        area for area in AREAS if parse_phone(f"+1{area}5550123").e164 != f"+1{area}5550123"
    ] == []
    assert {one.email.partition("@")[2] for one in met() if one.email} == {"example.com"}


def test_requests_come_in_their_order_whatever_their_number(clinic):
    for number in (1, 3, 1000):
        moments = list(arrivals(number, clinic.time_zone, random.Random(1), until=NOON))
        assert moments == sorted(moments)
        assert len(moments) == number
        assert moments[0] >= NOON - PERIOD
        assert moments[-1] <= NOON
