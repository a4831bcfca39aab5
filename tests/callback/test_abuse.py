"""What looks like a machine's is kept and confirmed, and waits for staff to look at it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.app import create_app
from intake.callback.abuse import FASTEST, MOST_PER_NUMBER, Manner, Sign, held_requests, release, sign_of_machine
from intake.config import Settings
from intake.models import Lead, OutboxEntry, Topic
from tests.conftest import NOON, SECRET
from tests.page import PageClient

PHONE = "+14165550123"


@pytest.mark.parametrize(("manner", "sign"), [
    (Manner("", NOON - FASTEST), None),
    (Manner("", NOON - timedelta(days=3)), None),
    (Manner("", None), None),
    (Manner("", NOON + timedelta(minutes=5)), None),  # another node's clock
    (Manner("", NOON - FASTEST + timedelta(milliseconds=1)), Sign.HASTE),
    (Manner("https://buy.example", NOON - timedelta(hours=1)), Sign.TRAP),
])  # fmt: skip
def test_what_a_machine_does(session, clinic, manner, sign):
    assert sign_of_machine(session, manner, PHONE, clinic=clinic.key, now=NOON) is sign


def test_a_number_that_is_asked_for_all_day_is_looked_at(session, clinic, lead):
    def sign(now):
        return sign_of_machine(session, Manner("", None), PHONE, clinic=clinic.key, now=now)

    for hour in range(MOST_PER_NUMBER):
        assert sign(NOON) is None
        lead(phone="416 555 0123", now=NOON - timedelta(hours=MOST_PER_NUMBER - hour))

    assert sign(NOON) is Sign.NUMBER
    assert sign(NOON + timedelta(hours=20)) is None


def entries(session):
    return session.scalars(select(OutboxEntry.topic).order_by(OutboxEntry.id)).all()


def test_a_held_request_is_confirmed_like_any_and_released_once(client, page_database):
    page = client.submit(website="https://buy.example", email="ana@example.com", agree_news="y")

    assert "We have your request" in page.text
    with page_database.writing() as session:
        (held,) = held_requests(session, "riverside")
        assert held.held_for == Sign.TRAP
        assert entries(session) == []
        assert release(session, held, now=NOON)
        assert not release(session, held, now=NOON)
        assert entries(session) == [Topic.QUEUE_ROW, Topic.ACKNOWLEDGEMENT]
        assert held_requests(session, "riverside") == []


def test_a_form_that_is_sent_at_once_is_held(client, page_database):
    client.submit(stamp=client.get("/").value("stamp"))

    with page_database.reading() as session:
        assert session.scalars(select(Lead.held_for)).all() == [Sign.HASTE]


def test_where_limits_are_lifted_nothing_is_held(page_database, tmp_path):
    url = page_database.url.render_as_string(hide_password=False)
    unlimited = PageClient(create_app(Settings(database_url=url, secret_key=SECRET, instance=tmp_path, limits="off")))

    unlimited.submit(stamp=unlimited.get("/").value("stamp"), website="x")

    with page_database.reading() as session:
        assert session.scalars(select(Lead.held_for)).all() == [None]


def test_one_network_cannot_fill_the_queue_and_loses_nothing_it_typed(client, clock):
    stamp = client.stamp()
    for number in range(30):
        assert client.submit(stamp=stamp, phone=f"416 555 01{number:02}", follow=False).status == 303

    page = client.submit(stamp=stamp, name="Ana Đặng", what_hurts="My knee", follow=False)

    assert page.status == 429
    assert "Many requests came from your network" in page.text
    assert (page.value("name"), page.value("what_hurts")) == ("Ana Đặng", "My knee")
    clock.now += timedelta(hours=1)
    assert client.submit(stamp=stamp, follow=False).status == 303


def test_the_trap_is_out_of_everybodys_way(client):
    trap = client.get("/").soup.select_one("#website")

    assert (trap["tabindex"], trap["autocomplete"], trap.parent["aria-hidden"]) == ("-1", "off", "true")
