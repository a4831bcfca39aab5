"""Rows of the sheet are told apart: known, delivered after the backup, lost, or nobody's."""

import pytest
from sqlalchemy import delete, update

from intake.models import Lead, OutboxEntry, Purpose, QueueRow
from intake.reference import new_reference
from intake.restore.sheet_knows import sheet_knows
from intake.sheet.queue.columns import queue_columns
from tests.conftest import NOON
from tests.sheet.conftest import *  # noqa: F403  (the sheet, and the step that delivers)


@pytest.fixture
def knows(database, google, clinic):
    """What the sheet knows now."""

    def looking():
        reading = google.read([column.tag for column in queue_columns(clinic.queue)])
        return sheet_knows(database, clinic, reading, google.layout().sheet_id, now=NOON)

    return looking


@pytest.fixture
def put_into_sheet(delivery, add_lead):
    """Requests whose rows stand there."""

    def put(count, **changes):
        leads = [
            add_lead(name=f"Person {at}", agreed_to={Purpose.NEWS}, **changes)
            for at in range(count)
        ]
        delivery.step(NOON)
        return leads

    return put


def forget_delivery(database, lead):
    """As a backup has it that was made just before the row was delivered."""
    with database.writing() as session:
        session.execute(delete(QueueRow).where(QueueRow.lead_id == lead.id))
        session.execute(
            update(OutboxEntry).where(OutboxEntry.lead_id == lead.id).values(delivered_at=None)
        )


def lose(database, lead):
    """As a backup has it that was made before the request: its row in the sheet has a reference
    that nobody has.
    """
    with database.writing() as session:
        session.get_one(Lead, lead.id).ref = new_reference()
        session.get_one(Lead, lead.id).name = "Somebody else"
        session.get_one(Lead, lead.id).phone = "+14165550000"


def test_each_row_is_one_of_four(database, put_into_sheet, knows, sandbox):
    known, arrived, lost, spoiled = put_into_sheet(4)
    forget_delivery(database, arrived)
    lose(database, lost)
    for one in (spoiled,):
        lose(database, one)
    titles = sandbox.values()[0]
    row = next(one["row"] for one in sandbox.tab()["rows"] if spoiled.ref in one["cells"])
    sandbox.staff("edit", row=row, column=titles.index("Ref"), value="call first")

    found = knows()

    assert set(found.arrived) == {arrived.ref}
    assert set(found.known) == {known.ref, arrived.ref}
    assert [one.ref for one in found.lost] == [lost.ref]
    assert found.unclear == 1


def test_a_reference_that_a_later_request_drew_by_chance_is_not_taken_for_its_row(
    database, put_into_sheet, add_lead, knows
):
    [lost] = put_into_sheet(1)
    lose(database, lost)
    other = add_lead(name="Zoe", now=NOON)
    with database.writing() as session:
        session.get_one(Lead, other.id).ref = lost.ref

    found = knows()

    assert found.arrived == {}
    assert found.lost == []
    assert found.unclear == 1, "a person is asked to look"


def test_what_the_sheet_shows_as_withdrawn_is_read(database, put_into_sheet, knows, sandbox):
    first, second, third = put_into_sheet(3)
    titles = sandbox.values()[0]
    for lead, words in (
        (first, "None; withdrawn: Reminders, News"),
        (second, "News; withdrawn: Nonsense"),
    ):
        row = next(one["row"] for one in sandbox.tab()["rows"] if lead.ref in one["cells"])
        sandbox.staff("edit", row=row, column=titles.index("Email consent"), value=words)
    lose(database, first)

    assert dict(knows().withdrawn()) == {first.ref: {Purpose.REMINDERS, Purpose.NEWS}}
    assert third.ref in knows().known
