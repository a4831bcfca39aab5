"""A request that only the sheet knows is taken up with everything that its row says, so that
nothing is wiped there.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.contacts import NotAPhone
from intake.models import ConsentEvent, OutboxEntry, Purpose, Status
from intake.restore.stub import queue_row_of, stub
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.identity import serial
from intake.sheet.queue.present_rows import compose
from intake.sheet.queue.reading import SeenRow
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY

EVERYTHING = {
    "name": "Zoë D’Arcy-Łukasz",
    "phone": "+33 1 23 45 67 89",
    "email": "zoe@example.com",
    "agreed_to": {Purpose.NEWS},
    "consult_with": "physiotherapist",
    "consult_by": "online",
    "best_time": "evening",
    "voicemail_ok": True,
    "call_language": "fr",
    "services": (),
    "body_areas": ("neck", "ankle_foot"),
    "what_hurts": "my knee, “badly”",
}
STAFF = {
    "status": "left  VOICEMAIL",
    "notes": "=rang; +1",
    "assigned_to": "Kim",
    "follow_up_on": 46000.0,
    "last_called": "",
}


@pytest.fixture
def wide(clinic):
    """A clinic that has every column."""
    queue = clinic.queue.model_copy(
        update={"extra_columns": ["email", "services", "body_areas", "what_hurts"]}
    )
    return clinic.model_copy(update={"queue": queue})


@pytest.fixture
def seen(session, wide):
    """`seen(lead)`: its row as it stands in the sheet, read back."""

    def reading(lead, **changed):
        session.flush()
        row = compose(session, wide, [lead.id], now=NOON)[lead.id]
        cells = {
            key: value if isinstance(value, str) else serial(value) for key, value in row.items()
        }
        empty = {column.key: "" for column in queue_columns(wide.queue)}
        return SeenRow(5, {**empty, **cells, **changed})

    return reading


@pytest.mark.parametrize(
    "changes",
    [
        EVERYTHING,
        {"phone": "613 555 0199 ext. 45"},
        {"services": ("orthotics",), "consult_with": "not_sure"},
        {"consult_with": None, "consult_by": None, "best_time": None, "call_language": "en"},
    ],
)
def test_its_row_stays_as_it_is_but_for_what_was_agreed_to(session, lead, wide, seen, changes):
    original = lead(**changes)
    row = seen(original, **STAFF)
    before = compose(session, wide, [original.id], now=NOON)[original.id]
    taken = stub(
        SeenRow(row.index, {**row.values, "ref": "K7F-2QGX"}),
        wide,
        address_key=ADDRESS_KEY,
        now=NOON,
    )
    session.add(taken)
    session.flush()

    after = compose(session, wide, [taken.id], now=NOON)[taken.id]

    differ = {"ref", "email_consent", "alert", "status"}
    assert {k: v for k, v in after.items() if k not in differ} == {
        k: v for k, v in before.items() if k not in differ
    }
    assert after["email_consent"] == before["email_consent"], (
        "what the person agreed to on another request"
    )
    assert (taken.email_hash, taken.email_hash_former) == (
        original.email_hash,
        original.email_hash_former,
    )
    assert taken.received_at == original.received_at.replace(microsecond=0)


def test_what_staff_wrote_is_kept_and_nothing_is_ordered_or_agreed_to(session, lead, wide, seen):
    row = seen(lead(**EVERYTHING), **STAFF)
    taken = stub(
        SeenRow(row.index, {**row.values, "ref": "K7F-2QGX"}),
        wide,
        address_key=ADDRESS_KEY,
        now=NOON,
    )
    session.add(taken)
    session.flush()
    noted = queue_row_of(taken, row, wide, tab=7, now=NOON)
    session.add(noted)
    session.flush()

    assert (noted.status, noted.sheet_status, noted.notes) == (
        Status.LEFT_VOICEMAIL,
        "left  VOICEMAIL",
        "=rang; +1",
    )
    assert (noted.assigned_to, noted.follow_up_on, noted.tab) == ("Kim", "2025-12-09", 7)
    assert noted.follow_up_at is not None
    assert not session.scalars(select(ConsentEvent).where(ConsentEvent.lead_id == taken.id)).all()
    assert not session.scalars(select(OutboxEntry).where(OutboxEntry.lead_id == taken.id)).all()


@pytest.mark.parametrize("cell", ["", "ask at the desk", "12", 6135550123])
def test_a_row_without_a_number_that_can_be_called_is_not_taken_up(session, lead, wide, seen, cell):
    row = seen(lead(), phone=cell)

    if isinstance(cell, int):
        assert stub(row, wide, address_key=ADDRESS_KEY, now=NOON).phone == "+16135550123"
    else:
        with pytest.raises(NotAPhone):
            stub(row, wide, address_key=ADDRESS_KEY, now=NOON)


@pytest.mark.parametrize("cell", ["", "yesterday", True, -3.0, 1e12])
def test_a_time_that_cannot_be_read_counts_from_now(session, lead, wide, seen, cell):
    row = seen(lead(), received=cell, call_by=cell)

    taken = stub(row, wide, address_key=ADDRESS_KEY, now=NOON)

    assert taken.received_at == NOON
    assert NOON <= taken.call_by <= NOON + timedelta(days=4)
