"""What happened in the sheet since the last look: as one value, and what is written down of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from intake.models import CallLogEntry, Lead, QueueRow, SheetHealth, Status
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.staff_words import StaffWords
from intake.sheet.sync.comparison import SheetComparison, compare
from intake.sheet.sync.record_changes import RecordedChanges, record_changes
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)
SECOND = timedelta(seconds=1)
WORDS = {"status": "New", "assigned_to": "", "last_called": "", "follow_up_on": "", "notes": ""}


def known(**changes):
    """A row as the database knows it."""
    return QueueRow(
        **{
            "tab": 1,
            "status": Status.NEW,
            "status_at": NOON,
            "sheet_status": "New",
            "assigned_to": "",
            "last_called": "",
            "follow_up_on": "",
            "notes": "",
            "attempts": 0,
            "is_duplicated": False,
        }
        | changes
    )


def seen(at=1, **changes):
    """A row as it stands in the sheet."""
    return SeenRow(at, WORDS | changes)


NOTHING = SheetComparison({}, frozenset(), frozenset(), frozenset(), frozenset(), ())


def test_each_row_is_told_in_the_one_place_that_fits():
    standing = {
        "same": known(),
        "written": known(notes="rang"),
        "copied": known(),
        "copied before": known(is_duplicated=True),
        "single again": known(is_duplicated=True),
        "missing": known(),
        "deleted before": known(removed_at=NOON),
        "back from missing": known(missing_since=NOON),
        "back from deleted": known(removed_at=NOON),
        "missing and copied": known(missing_since=NOON, notes="x"),
    }
    found = {
        "same": [seen()],
        "written": [seen(notes="rang twice", assigned_to="Dana")],
        "copied": [seen(), seen(notes="not read")],
        "copied before": [seen(), seen()],
        "single again": [seen()],
        "back from missing": [seen()],
        "back from deleted": [seen()],
        "missing and copied": [seen(), seen()],
    }

    told = compare(standing, found)

    assert told == SheetComparison(
        written={"written": StaffWords("New", "Dana", "", "", "rang twice")},
        twice=frozenset({"copied", "missing and copied"}),
        single_again=frozenset({"single again"}),
        missing=frozenset({"missing"}),
        returned=frozenset({"back from missing", "back from deleted", "missing and copied"}),
        wiped=(),
        is_emptied=False,
    )
    assert told.concerned == standing.keys() - {"same", "copied before", "deleted before"}


@pytest.mark.parametrize("kind", ["written", "twice", "single_again", "missing", "returned"])
def test_a_row_of_each_kind_is_looked_at_again(kind):
    concerned: Any = {"ana": StaffWords()} if kind == "written" else frozenset({"ana"})

    assert replace(NOTHING, **{kind: concerned}).concerned == {"ana"}


@pytest.mark.parametrize(
    ("held", "now", "wiped"),
    [(3, "", ("Notes", "Assigned to")), (2, "", ()), (3, "Dana", ()), (3, None, ())],
)
def test_a_column_that_three_rows_filled_and_none_fills_now_was_emptied_as_a_whole(
    held, now, wiped
):
    refs = ("ana", "ben", "cleo", "dora")
    standing = {
        ref: known(notes="x" * (at < held), assigned_to="Dana" * (at < held))
        for at, ref in enumerate(refs)
    }
    found = {ref: [seen()] for ref in refs}
    last = {
        key: text
        for key, text in WORDS.items()
        if now is not None or key not in {"notes", "assigned_to"}
    }
    found["dora"] = [
        SeenRow(4, last | ({"notes": now, "assigned_to": now} if now is not None else {}))
    ]

    told = compare(standing, found)

    assert set(told.wiped) == set(wiped)
    assert bool(told.written) is not bool(wiped)


def test_what_else_was_written_beside_a_column_that_was_emptied_is_taken_over():
    refs = ("ana", "ben", "cleo")
    found = {ref: [seen()] for ref in refs} | {"ben": [seen(status="Booked")]}

    told = compare({ref: known(notes="x") for ref in refs}, found)

    assert told.written == {"ben": StaffWords("Booked", "", "", "", None)}
    assert told.wiped == ("Notes",)


@pytest.mark.parametrize(
    ("there", "deleted", "found", "is_emptied"),
    [(3, 0, 0, True), (4, 1, 0, True), (2, 0, 0, False), (2, 5, 0, False), (3, 0, 1, False)],
)
def test_three_rows_or_more_of_which_none_is_found_were_cleared_at_once(
    there, deleted, found, is_emptied
):
    standing = {f"there {at}": known() for at in range(there)}
    standing |= {f"deleted {at}": known(removed_at=NOON) for at in range(deleted)}

    assert (
        compare(standing, {f"there {at}": [seen()] for at in range(found)}).is_emptied is is_emptied
    )


@pytest.fixture
def stored(session, lead):
    """`stored(name="Ana", missing_since=NOON)`: the row of a new request."""
    phones = iter(range(100, 200))

    def store(name="Ana", **changes):
        one = lead(name=name, phone=f"416 555 0{next(phones)}")
        session.flush()
        row = known(lead_id=one.id, **changes)
        session.add(row)
        session.flush()
        row.ref = one.ref
        return row

    return store


def health(session):
    return [
        (one.conflicts, one.removed, one.repaired) for one in session.scalars(select(SheetHealth))
    ]


@pytest.mark.parametrize(
    ("tab", "missing_since", "becomes", "removed"),
    [
        (1, None, (LATER, None), 0),
        (1, LATER + SECOND, (LATER, None), 0),  # a clock that was set back since
        (1, LATER, (LATER, None), 0),
        (1, LATER - timedelta(seconds=19), (LATER - timedelta(seconds=19), None), 0),
        (1, LATER - timedelta(seconds=20), (LATER - timedelta(seconds=20), LATER), 1),
        (2, None, (None, None), 0),  # it vanished with its tab
        (None, None, (None, None), 0),
        (2, LATER - timedelta(days=7) + SECOND, (LATER - timedelta(days=7) + SECOND, None), 0),
        (2, LATER - timedelta(days=7), (LATER - timedelta(days=7), LATER), 1),
        (None, LATER - timedelta(days=7), (LATER - timedelta(days=7), LATER), 1),
    ],
)
def test_a_missing_row_counts_as_deleted_after_a_while(
    session, clinic, stored, tab, missing_since, becomes, removed
):
    row = stored(missing_since=missing_since)
    other = stored("Ben", missing_since=NOON)

    told = record_changes(
        session, clinic, replace(NOTHING, missing=frozenset({row.ref})), tab=tab, now=LATER
    )

    assert (row.missing_since, row.removed_at, row.tab) == (*becomes, 1)
    assert (other.missing_since, other.removed_at) == (NOON, None)
    assert told == RecordedChanges(changes=0, conflicts=0, removed=removed)
    assert health(session) == [(0, removed, 0)] * removed


def test_a_list_that_was_cleared_at_once_counts_as_gone_with_its_tab(session, clinic, stored):
    rows = [stored(name) for name in ("Ana", "Ben")]
    elsewhere = stored("Cleo", tab=2)
    missing = frozenset(row.ref for row in (*rows, elsewhere))

    told = record_changes(
        session, clinic, replace(NOTHING, missing=missing, is_emptied=True), tab=1, now=LATER
    )

    assert [(row.missing_since, row.removed_at, row.tab) for row in rows] == [
        (LATER, None, None)
    ] * 2
    assert (elsewhere.missing_since, elsewhere.tab) == (None, 2)
    assert told == RecordedChanges(0, 0, 0)


def test_several_rows_that_go_together_are_each_counted(session, clinic, stored):
    rows = [stored(name, missing_since=NOON) for name in ("Ana", "Ben")]
    gone = [stored(name, missing_since=NOON, tab=2) for name in ("Cleo", "Dora")]
    seen = replace(NOTHING, missing=frozenset(row.ref for row in (*rows, *gone)))

    told = record_changes(session, clinic, seen, tab=1, now=NOON + timedelta(days=8))

    assert told == RecordedChanges(0, 0, removed=4)
    assert health(session) == [(0, 4, 0)]


def test_rows_that_came_back_were_copied_or_are_single_again_are_noted_and_no_others(
    session, clinic, stored
):
    back = stored("Ana", missing_since=NOON, removed_at=NOON)
    copied, single, other = (
        stored("Ben"),
        stored("Cleo", is_duplicated=True),
        stored("Dora", missing_since=NOON),
    )
    seen = replace(
        NOTHING,
        twice=frozenset({copied.ref}),
        single_again=frozenset({single.ref}),
        returned=frozenset({back.ref}),
    )

    told = record_changes(session, clinic, seen, tab=7, now=LATER)

    assert [
        (row.missing_since, row.removed_at, row.tab, row.is_duplicated)
        for row in (back, copied, single, other)
    ] == [
        (None, None, 7, False),
        (None, None, 1, True),
        (None, None, 1, False),
        (NOON, None, 1, False),
    ]
    assert told == RecordedChanges(changes=0, conflicts=1, removed=0)
    assert health(session) == [(1, 0, 0)]


def test_what_staff_wrote_becomes_a_line_of_the_log_and_what_makes_no_sense_is_counted(
    session, clinic, stored
):
    ana, ben, cleo = (
        stored("Ana"),
        stored("Ben", status=Status.DO_NOT_CALL, sheet_status="Do not call"),
        stored("Cleo"),
    )
    other_clinics = stored("Dora")
    session.get_one(Lead, other_clinics.lead_id).clinic = "elsewhere"
    session.flush()
    seen = replace(
        NOTHING,
        written={
            ana.ref: StaffWords("Booked", "Dana", None, None, "rang"),
            ben.ref: StaffWords(status="Claimed"),
            cleo.ref: StaffWords(status="New"),
            other_clinics.ref: StaffWords(status="Booked"),
        },
    )

    told = record_changes(session, clinic, seen, tab=1, now=LATER)

    assert told == RecordedChanges(changes=2, conflicts=1, removed=0)
    assert health(session) == [(1, 0, 0)]
    lines = session.scalars(select(CallLogEntry).order_by(CallLogEntry.id)).all()
    assert [(one.lead_id, one.status, one.sheet_status) for one in lines] == [
        (ana.lead_id, Status.BOOKED, "Booked"),
        (ben.lead_id, Status.DO_NOT_CALL, "Claimed"),
    ]
    assert [row.status for row in (ana, ben, cleo, other_clinics)] == [
        Status.BOOKED,
        Status.DO_NOT_CALL,
        Status.NEW,
        Status.NEW,
    ]
    assert (ana.notes, ana.assigned_to, ana.first_called_at, ana.first_call_minutes) == (
        "rang",
        "Dana",
        LATER,
        30,
    )
