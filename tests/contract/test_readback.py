"""Reading back, on every stand-in: what staff did is seen, what drifted is put right, what they
wrote is left.
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.models import QueueRow, SheetHealth, Status
from intake.sheet.sync.pipeline_tab import Bulletin
from tests.conftest import NOON

POLL = timedelta(seconds=15)
TYPED = (
    ("Notes", 416, "416"),
    ("Notes", 2.5, "2.5"),
    ("Notes", True, "TRUE"),
    ("Notes", "0416", "0416"),
    ("Follow up on", "next week", "next week"),
    ("Follow up on", "2026-02-30", "2026-02-30"),
    ("Follow up on", "24", "1900-01-23"),
    ("Last called", "TRUE", "TRUE"),
    ("Last called", 46349, "2026-11-23"),
    ("Last called", 46349.5, "2026-11-23 12:00"),
)
"""Column, what staff type, what is read."""


@pytest.fixture
def seen(database):
    """`seen(lead)` is what the database knows of the lead's row."""

    def find(lead):
        with database.reading() as session:
            return session.get(QueueRow, lead.id)

    return find


def test_a_look_is_one_read(delivery, read_back, queue, add_lead):
    add_lead()
    delivery.step(NOON)
    queue.clear()

    read_back.step(NOON + POLL)

    assert queue.calls() == ["values:batchGetByDataFilter"]


def test_what_staff_type_is_read_as_they_meant_it(delivery, read_back, queue, add_lead, seen):
    ana = add_lead()
    delivery.step(NOON)
    typed = {
        "Status": "No answer",
        "Assigned to": "Marie-Ève",
        "Last called": "2026-11-23 12:05",
        "Follow up on": "2026-11-24",
        "Notes": "call after 5\n😀",
    }
    for title, value in typed.items():
        queue.write(ana.ref, title, value)

    read_back.step(NOON + POLL)

    row = seen(ana)
    assert (row.status, row.assigned_to, row.notes) == (
        Status.NO_ANSWER,
        "Marie-Ève",
        "call after 5\n😀",
    )
    assert (row.last_called, row.follow_up_on) == ("2026-11-23 12:05", "2026-11-24")
    assert isinstance(queue.values()[1][queue.values()[0].index("Follow up on")], int)


def test_numbers_booleans_and_words_are_kept_as_text(delivery, read_back, queue, add_lead, seen):
    leads = [add_lead() for _ in TYPED]
    delivery.step(NOON)

    for lead, (title, typed, _) in zip(leads, TYPED, strict=True):
        queue.write(lead.ref, title, typed)
    read_back.step(NOON + POLL)

    for lead, (title, _, text) in zip(leads, TYPED, strict=True):
        assert getattr(seen(lead), title.lower().replace(" ", "_")) == text


def test_a_sheet_that_was_sorted_moved_and_filled_with_other_rows_is_read_right(
    delivery, read_back, queue, add_lead, seen
):
    leads = [add_lead(name=name) for name in ("Ana", "Chloé", "ben")]
    delivery.step(NOON)
    for lead in leads:
        queue.write(lead.ref, "Notes", f"for {lead.name}")
    queue.sort(queue.values()[0].index("Name"))
    assert [row["Name"] for row in queue.rows()] == ["Ana", "ben", "Chloé"]
    queue.move_column("Notes", 0)
    queue.insert("COLUMNS", 4)
    queue.insert("ROWS", 2)
    queue.type_in(2, 1, "buy milk")
    queue.rename_tab("Queue", "Rückrufe")
    queue.clear()

    read_back.step(NOON + POLL)

    assert [seen(lead).notes for lead in leads] == ["for Ana", "for Chloé", "for ben"]
    assert "batchUpdate" not in queue.calls()
    later = add_lead(name="Dora")
    delivery.step(NOON + POLL)
    assert queue.rows("Rückrufe")[0]["Ref"] == later.ref
    assert [row["Notes"] for row in queue.rows("Rückrufe")] == [
        "",
        "for Ana",
        "",
        "for ben",
        "for Chloé",
    ]


def test_cells_of_ours_that_drifted_are_put_right_and_staffs_are_left(
    delivery, read_back, queue, add_lead, database, google
):
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    before = queue.values()
    for title, value in (
        ("Phone", "call her mum"),
        ("Call by", "tomorrow"),
        ("Voicemail OK", ""),
        ("Ref", "oops"),
    ):
        queue.write(ana.ref, title, value)
    queue.write(ben.ref, "Notes", "mine")

    read_back.step(NOON + POLL)

    before[1].extend([""] * (len(before[0]) - len(before[1])))
    before[1][before[0].index("Notes")] = "mine"
    assert queue.values() == before
    with database.reading() as session:
        assert session.scalars(select(SheetHealth)).one().repaired == 4
    queue.clear()
    read_back.step(NOON + 2 * POLL)
    assert "batchUpdate" not in queue.calls()


def test_a_row_that_staff_deleted_stays_deleted(delivery, read_back, queue, add_lead, seen):
    ana, ben = add_lead(), add_lead()
    delivery.step(NOON)
    queue.delete("ROWS", queue.place(ana.ref, "Ref")[0])

    for polls in (1, 2, 4):
        read_back.step(NOON + polls * POLL)
        delivery.step(NOON + polls * POLL)

    assert seen(ana).removed_at
    assert [row["Ref"] for row in queue.rows()] == [ben.ref]


def test_the_alert_tells_staff_in_the_sheet(delivery, read_back, queue, add_lead):
    ana = add_lead(phone="416 555 0123")
    delivery.step(NOON)
    queue.write(ana.ref, "Status", "do not CALL ")
    read_back.step(NOON + POLL)
    again = add_lead(phone="416 555 0123", now=NOON + timedelta(hours=1))

    delivery.step(NOON + timedelta(hours=1))

    alerts = {row["Ref"]: row["Alert"] for row in queue.rows()}
    assert alerts[again.ref].startswith("DO NOT CALL: asked on 23 Nov not to be called")


def test_the_pipeline_tab_tells_how_the_queue_stands(
    delivery, database, queue, google, clinic, add_lead
):
    add_lead(now=NOON - timedelta(minutes=7))
    queue.clear()

    Bulletin(database, google, clinic).step(NOON)

    said = {line[0]: line[1] for line in queue.values("Pipeline", shown=True) if len(line) > 1}
    assert queue.calls() == [
        "developerMetadata:search",
        "values:batchGetByDataFilter",
        "batchUpdate",
    ]
    assert (said["Last updated"], said["The oldest waits since"]) == (
        "2026-11-23 12:00",
        "2026-11-23 11:53",
    )
    assert (said["Requests waiting to be written here"], said["Last problem"]) == ("1", "None")
    assert queue.formulas() == 0
