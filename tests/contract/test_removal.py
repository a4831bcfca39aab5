"""A row leaves the sheet, on every stand-in: whole, with its copies, and nobody else's, whatever
staff do meanwhile.
"""

from datetime import timedelta

import pytest

from intake.models import Lead
from intake.sheet.queue.backlog import backlog
from intake.sheet.queue.removal_orders import cancel_removal, order_removal
from intake.sheet.sync.remove import Removal
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def removal(delivery, database, google, clinic):
    return Removal(database, google, clinic)


@pytest.fixture
def lock(database):
    """The person's record is locked, and the row has to leave."""

    def lock(lead):
        with database.writing() as session:
            session.get_one(Lead, lead.id).restricted_at = LATER
            order_removal(session, lead.id, now=LATER)

    return lock


def names(queue):
    return [row["Name"] for row in queue.rows()]


def steps(removal, number=4):
    now = LATER
    for _ in range(number):
        now = removal.step(now).not_before or now


def test_the_whole_row_leaves_and_its_copy_and_comes_back_with_staffs_words(
    delivery, removal, read_back, add_lead, queue, lock, database
):
    ana, _, _ = (add_lead(name=name) for name in ("Ana", "Ben", "Cleo"))
    delivery.step(NOON)
    queue.insert("COLUMNS", 17)
    queue.type_in(0, 17, "Staff's own")
    queue.type_in(3, 17, "about Ana")
    queue.write(ana.ref, "Notes", "=call her mum")
    read_back.step(NOON + timedelta(seconds=15))
    queue.insert("ROWS", 1)
    queue.type_in(1, 0, ana.ref)
    queue.type_in(1, 3, "Ana")
    assert names(queue) == ["Ana", "Cleo", "Ben", "Ana"]
    lock(ana)

    steps(removal)

    assert names(queue) == ["Cleo", "Ben"]
    assert "Ana" not in str(queue.values())
    assert [bool(any(row)) for row in queue.values()] == [True] * 3  # no gap
    with database.writing() as session:
        session.get_one(Lead, ana.id).restricted_at = None
        cancel_removal(session, ana.id, now=LATER)
    delivery.step(LATER)
    assert names(queue) == ["Ana", "Cleo", "Ben"]
    assert queue.rows()[0]["Notes"] == "=call her mum"
    assert read_back.step(LATER + timedelta(minutes=1)).problem is None


def test_nobody_elses_row_leaves_when_staff_sort_between_our_look_and_our_call(
    delivery, removal, add_lead, queue, lock, google, monkeypatch
):
    ana, *_ = (add_lead(name=name) for name in ("Ana", "Ben", "Cleo", "Dora"))
    delivery.step(NOON)
    lock(ana)
    apply, happens = (
        google.apply,
        iter(
            [
                lambda: queue.sort(3),
                lambda: queue.insert("ROWS", 1),
                lambda: queue.delete("ROWS", 1),
            ]
        ),
    )

    def in_between(changes):
        next(happens, lambda: None)()
        apply(changes)

    monkeypatch.setattr(google, "apply", in_between)

    steps(removal, 6)

    assert sorted(names(queue)) == ["Ben", "Cleo", "Dora"]


def test_an_answer_that_is_lost_does_no_harm(delivery, removal, add_lead, queue, lock):
    ana, _ = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    lock(ana)
    queue.fault("lost_answer")

    steps(removal)

    assert names(queue) == ["Ben"]


def test_a_row_that_is_locked_away_from_us_does_not_keep_the_others_in_the_sheet(
    delivery, removal, add_lead, queue, lock, database, clinic
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo", "Dora", "Emil")]
    delivery.step(NOON)
    at, _ = queue.place(leads[3].ref, "Ref")
    area = {"sheetId": queue.tabs()["Queue"], "startRowIndex": at, "endRowIndex": at + 1}
    kept = {"range": area, "description": "Dana’s", "editors": {"users": ["dana@clinic.example"]}}
    queue.change({"addProtectedRange": {"protectedRange": kept}})
    for lead in leads:
        lock(lead)

    said: set[str] = set()
    now = LATER
    for _ in range(10):
        progress = removal.step(now)
        said, now = said | {progress.problem or ""}, progress.not_before or now

    assert names(queue) == ["Dora"]
    assert any(f"The row of {leads[3].ref} must leave" in words for words in said)
    with database.reading() as session:
        assert backlog(session, clinic.key).problem.startswith(
            f"The row of {leads[3].ref} must leave"
        )
