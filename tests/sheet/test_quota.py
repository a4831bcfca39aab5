"""Google's quota: few calls for many requests, and never more in a minute than it allows, whatever
happens.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intake.demo.sandbox.workbook import write_cell
from intake.models import CallLogEntry, Lead, Topic
from intake.outbox import waiting
from intake.sheet.queue.removal_orders import MAY_COME, order_removal
from tests.conftest import NOON
from tests.factories import many_leads
from tests.sheet.long_run import LongRun

QUOTA = 60  # reads, and as many writes, in a minute
MINUTE = timedelta(minutes=1)
PHONE, NOTES = 4, 16


@pytest.fixture
def engine_name():
    """What is counted here is the same on both engines; SQLite is faster."""
    return "sqlite"


@pytest.fixture
def left(database):
    def entries():
        with database.reading() as session:
            return waiting(session, Topic.QUEUE_ROW, MAY_COME)[0]

    return entries


@pytest.fixture
def type_into(sandbox):
    """`type_into({PHONE: "…"})` writes into the first row, if there is one: fast, for staff who
    never rest.
    """

    def type_(words):
        def change(state):
            tab = next(tab for tab in state["sheets"] if tab["properties"]["title"] == "Queue")
            for column, text in words.items() if len(tab["rows"]) > 1 else ():
                write_cell(tab, 1, column, {"userEnteredValue": {"stringValue": text}})

        sandbox.workbook.change(change)

    return type_


def test_ten_thousand_requests_that_waited_take_thirty_writes(database, sandbox, clinic, left):
    with database.writing() as session:
        sent = many_leads(session, clinic, 10_000, phones=9_900)
    run = LongRun(database, sandbox, clinic)

    run.go_on(5 * MINUTE, until=lambda: not left())

    assert sorted(row[0]["userEnteredValue"]["stringValue"] for row in sandbox.cells()) == sorted(
        sent
    )
    assert run.count(writes=True) <= 30
    assert run.now - NOON <= MINUTE
    assert max(run.busiest_minute(writes=True), run.busiest_minute(writes=False)) <= QUOTA


@pytest.mark.parametrize(("locked", "most"), [(False, 6), (True, 8)])
def test_the_quota_is_kept_when_everything_happens_at_once(
    database, sandbox, clinic, add_lead, type_into, left, locked, most
):
    """A request every second, cells spoiled and notes written at every look, records locked, a
    Google that stumbles.
    """
    often = clinic.model_copy(
        update={"queue": clinic.queue.model_copy(update={"read_every_seconds": 5})}
    )
    run, done = LongRun(database, sandbox, often), set()

    def happens(now):
        if (second := int((now - NOON).total_seconds())) not in done:
            done.add(second)
            ana = add_lead(now=now)
            if locked and second % 7 == 0:
                with database.writing() as session:
                    session.get_one(Lead, ana.id).restricted_at = now
                    order_removal(session, ana.id, now=now)
            if second % 9 == 0:
                sandbox.fault("500_after")
        type_into({PHONE: f"call {now}", NOTES: f"seen {now}"})

    run.go_on(1.8 * MINUTE, meanwhile=happens)

    assert max(run.busiest_minute(writes=True), run.busiest_minute(writes=False)) <= QUOTA
    assert left() <= most  # nobody waits for long all the same,
    with database.reading() as session:  # and what staff write is read
        assert session.scalar(select(func.count()).select_from(CallLogEntry)) >= 15
    assert sandbox.values("Pipeline")[0][1] >= "2026-11-23 12:01"  # and the board is kept up
