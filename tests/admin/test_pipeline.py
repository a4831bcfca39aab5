"""The pipeline at the desk: what waits and why, in words, and trying again now."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intake.admin.pipeline.state import TOPICS
from intake.models import AccessLogEntry, Act, Batch, Lease, OutboxEntry, Role, Topic
from intake.operations.retry import retry_now
from intake.outbox import claim, enqueue
from intake.sheet.queue.health import health_of
from tests.conftest import NOON
from tests.factories import Factory

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def stuck(page_database, clinic):
    """A delivery that failed, with its reason."""
    with page_database.writing() as session:
        Factory(session, clinic)(now=NOON - timedelta(hours=2))
        batch = claim(session, Topic.QUEUE_ROW, now=NOON)
        batch.problem, batch.due_at = "Share the spreadsheet with the service account.", LATER
        health = health_of(session, clinic.key)
        health.read_at, health.repaired = NOON - timedelta(minutes=3), 7


def test_what_was_put_off_is_due_now_and_what_is_being_sent_is_left_alone(session, lead):
    ana = lead(email="ana@example.com")
    session.flush()
    row, mail = session.scalars(
        select(OutboxEntry).where(OutboxEntry.lead_id == ana.id).order_by(OutboxEntry.id)
    )
    batch = Batch(topic=Topic.QUEUE_ROW, mark=1, begun_at=NOON, due_at=LATER)
    session.add(batch)
    row.due_at = LATER
    mail.due_at, mail.begun_at = LATER, NOON

    assert retry_now(session, "riverside", now=NOON) == 2

    session.expire_all()
    assert (row.due_at, batch.due_at, mail.due_at) == (NOON, NOON, LATER)
    assert retry_now(session, "elsewhere", now=NOON) == 0


def test_the_page_says_what_waits_and_what_to_do(client, stuck, page_database, clinic):
    with page_database.writing() as session:
        session.add(Lease(name=f"sheet:{clinic.key}", holder="desk-pc:12:ab", expires_at=LATER))
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/pipeline")

    for words in (
        "Share the spreadsheet",
        "1 waiting, the oldest for 2 h 00 min",
        "3 min ago",
        "desk-pc:12",
        "Nobody",
        "INTAKE_SMTP_URL",
        "7",
    ):
        assert words in page.text
    assert page.soup.select_one("main form") is None, "an auditor changes nothing"


def test_everything_that_can_wait_has_its_line(client, page_database, clinic):
    with page_database.writing() as session:
        lead = Factory(session, clinic)(now=NOON - timedelta(minutes=9))
        session.flush()
        session.execute(delete(OutboxEntry))
        for number, topic in enumerate(Topic, 1):
            for _ in range(number):
                enqueue(session, topic, lead.id, now=NOON - timedelta(minutes=5))
    client.sign_in(Role.AUDITOR)

    page = client.get("/admin/pipeline")

    lines = {
        row.find("th").get_text(): row.find("td").get_text() for row in page.soup.select("tbody tr")
    }
    found = {
        title: next((line for name, line in lines.items() if name == title), "")
        for title in TOPICS.values()
    }
    assert TOPICS.keys() == set(Topic)
    assert [found[TOPICS[topic]].split()[0] for topic in Topic] == ["1", "2", "3", "4"]


def test_nothing_waits_and_nothing_was_ever_delivered(client):
    client.sign_in(Role.ADMIN)

    page = client.get("/admin/pipeline")

    assert "nothing is waiting" in page.text
    assert "never last delivered to the sheet" in page.text
    assert page.soup.select_one("main form") is None


def test_an_admin_has_it_tried_again_now(client, stuck, page_database):
    client.sign_in(Role.ADMIN)

    page = client.send("/admin/pipeline")

    assert page.status == 302
    with page_database.reading() as session:
        assert session.scalars(select(Batch.due_at)).one() == NOON
        assert session.scalars(select(AccessLogEntry)).one().act is Act.CHANGED
    assert "1 put off before will be tried again" in client.get("/admin/pipeline").text
