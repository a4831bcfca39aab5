"""Rows that leave the sheet: gone with every copy, nobody else's touched, and back once with
staff's words.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.demo.sandbox import batch
from intake.demo.sandbox.workbook import write_cell
from intake.models import CallLogEntry, Lead, OutboxEntry, QueueRow, SheetHealth, Status, Topic
from intake.outbox import Progress, claim, enqueue
from intake.sheet.errors import AnswerLost, SheetBusy, SheetFull, SheetNotShared, SheetRefused
from intake.sheet.queue.backlog import backlog
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.removal_orders import cancel_removal, order_removal
from intake.sheet.sync import remove
from intake.sheet.sync.clear_rows import empty_if_unchanged, move_down
from intake.sheet.sync.readback import ReadBack
from intake.sheet.sync.remove import LOOK_AFTER, MANY_ATTEMPTS, Removal
from intake.sheet.sync.restore import enqueue_lost
from tests.conftest import NOON
from tests.factories import many_leads
from tests.sheet.meanwhile import Meanwhile

POLL = timedelta(seconds=15)
LATER = NOON + timedelta(hours=1)
NOTES, STATUS = "Notes", "Status"


@pytest.fixture
def engine_name():
    """What happens here happens in the sheet; SQLite is faster. Both engines: the last test."""
    return "sqlite"


@pytest.fixture
def read_back(delivery, database, google, clinic):
    return ReadBack(database, google, clinic)


@pytest.fixture
def removal(delivery, database, google, clinic):
    return Removal(database, google, clinic)


@pytest.fixture
def change(database):
    """`change(lead, restricted_at=NOON)` changes the record and has the row leave, as the privacy
    room does.
    """

    def change(lead, *, now=LATER, leaves=True, **fields):
        with database.writing() as session:
            stored = session.get_one(Lead, lead.id)
            for name, value in fields.items():
                setattr(stored, name, value)
            if leaves:
                order_removal(session, lead.id, now=now)

    return change


@pytest.fixture
def release(database):
    """The lock is taken off, and the row asked back."""

    def release(lead, *, now=LATER):
        with database.writing() as session:
            session.get_one(Lead, lead.id).restricted_at = None
            cancel_removal(session, lead.id, now=now)

    return release


@pytest.fixture
def row(database):
    def find(lead):
        with database.reading() as session:
            return session.get(QueueRow, lead.id)

    return find


@pytest.fixture
def open_entries(database):
    def count(topic=Topic.REMOVE_ROW):
        with database.reading() as session:
            return len(
                session.scalars(
                    select(OutboxEntry).where(
                        OutboxEntry.topic == topic, OutboxEntry.delivered_at.is_(None)
                    )
                ).all()
            )

    return count


def write(sandbox, lead, title, value):
    header = sandbox.values()[0]
    at = next(row["row"] for row in sandbox.tab()["rows"] if lead.ref in row["cells"])
    sandbox.staff("edit", row=at, column=header.index(title), value=value)


def paste(sandbox, at, cells):
    """Staff insert a row and paste cells into it."""
    sandbox.staff("insert_rows", row=at)

    def change(state):
        for column, cell in enumerate(cells):
            write_cell(state["sheets"][0], at, column, cell)

    sandbox.workbook.change(change)


def until_gone(removal, now=LATER):
    for _ in range(5):
        progress = removal.step(now)
        if not progress.was_put_off:
            return
        now = progress.not_before or now
    raise AssertionError(progress)


def names(sandbox):
    return [row["Name"] for row in sandbox.rows() if row["Name"]]


def test_nothing_is_emptied_where_staff_moved_columns_since_the_look(
    delivery, removal, google, add_lead, sandbox, change, open_entries
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    notes = sandbox.values()[0].index(NOTES)
    moved = Meanwhile(google, lambda: sandbox.staff("move_column", column=notes, to=0))
    writes = len(sandbox.calls(":batchUpdate"))

    replace(removal, sheet=moved).step(LATER)

    assert (names(sandbox), len(sandbox.calls(":batchUpdate"))) == (["Ana"], writes)
    until_gone(removal, LATER + LOOK_AFTER)
    assert (names(sandbox), open_entries()) == ([], 0)


def test_a_relay_that_was_stopped_for_long_empties_nothing_before_it_has_looked_again(
    delivery, removal, add_lead, sandbox, change
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)

    stopped_for_long = replace(removal, patience=0.0).step(LATER)

    assert "looking again" in stopped_for_long.problem
    assert names(sandbox) == ["Ana"]
    until_gone(removal, stopped_for_long.not_before)
    assert names(sandbox) == []


def test_a_row_leaves_with_everything_that_staff_wrote_there_and_no_other_is_touched(
    delivery, removal, add_lead, sandbox, change, row, open_entries
):
    ana, ben, cleo = (add_lead(name=name) for name in ("Ana", "Ben", "Cleo"))
    delivery.step(NOON)
    wider = {
        "sheetId": sandbox.tab()["id"],
        "dimension": "COLUMNS",
        "startIndex": 16,
        "endIndex": 17,
    }
    sandbox.workbook.change(
        lambda state: batch.apply(state, [{"insertDimension": {"range": wider}}])
    )
    sandbox.staff("edit", row=2, column=16, value="in a column of staff's own")
    write(sandbox, cleo, NOTES, "stays")
    change(ben, restricted_at=LATER)

    first = removal.step(LATER)
    until_gone(removal, first.not_before)

    assert names(sandbox) == ["Cleo", "Ana"]
    text = str(sandbox.workbook.state["sheets"][0]["rows"])
    assert "Ben" not in text
    assert "own" not in text
    assert ben.ref not in text
    assert ben.phone not in text
    assert [row["row"] for row in sandbox.tab()["rows"]] == [1, 2]  # no gap is left
    assert row(ben).taken_out_at
    assert (row(ben).missing_since, row(ben).removed_at) == (None, None)
    assert (open_entries(), row(ana).taken_out_at) == (0, None)


def test_what_staff_sort_between_our_look_and_our_call_is_not_deleted(
    delivery, removal, add_lead, sandbox, change, google, monkeypatch
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo", "Dora")]
    delivery.step(NOON)
    change(leads[1], restricted_at=LATER)
    apply, happens = (
        google.apply,
        iter(
            [
                lambda: sandbox.staff("sort", column=3, order="ASCENDING"),
                lambda: sandbox.staff("insert_rows", row=1),
                # Dora's, by staff
                lambda: sandbox.staff("delete_rows", row=sandbox.tab()["rows"][-1]["row"]),
            ]
        ),
    )

    def in_between(changes):
        next(happens, lambda: None)()
        apply(changes)

    monkeypatch.setattr(google, "apply", in_between)
    now = LATER
    for _ in range(6):
        now = removal.step(now).not_before or now

    assert sorted(names(sandbox)) == ["Ana", "Cleo"]


def test_copies_that_staff_made_leave_as_well(delivery, removal, add_lead, sandbox, change):
    ana, _ = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    paste(sandbox, 1, sandbox.cells()[1])
    assert names(sandbox) == ["Ana", "Ben", "Ana"]
    change(ana, erased_at=LATER, name="", phone="")

    until_gone(removal)

    assert names(sandbox) == ["Ben"]


def test_a_tab_that_was_renamed_and_columns_that_moved_do_not_matter(
    delivery, removal, add_lead, sandbox, change
):
    ana, _ = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    sandbox.staff("move_column", column=0, to=5)
    sandbox.staff("rename_tab", title="Appels")
    change(ana, restricted_at=LATER)

    until_gone(removal)

    assert [row["Name"] for row in sandbox.rows("Appels")] == ["Ben"]


def test_a_reference_in_the_wrong_row_takes_nobody_else_out(
    delivery, removal, add_lead, sandbox, change
):
    ana, _ = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    first, second = (line["Ref"] for line in sandbox.rows())
    sandbox.staff("edit", row=1, column=0, value=second)
    sandbox.staff("edit", row=2, column=0, value=first)
    change(ana, restricted_at=LATER)

    until_gone(removal)

    assert names(sandbox) == ["Ben"]


def test_nothing_is_read_from_a_row_that_is_to_leave_and_nothing_counts_as_deleted(
    delivery, removal, read_back, add_lead, sandbox, change, row, database
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    write(sandbox, ana, NOTES, "written after the lock")
    write(sandbox, ana, "Phone", "000")

    read_back.step(LATER)
    until_gone(removal)
    for polls in range(1, 5):
        assert read_back.step(LATER + polls * POLL).problem is None

    assert (row(ana).notes, row(ana).missing_since, row(ana).removed_at) == ("", None, None)
    with database.reading() as session:
        assert session.scalars(select(CallLogEntry)).all() == []
        assert session.scalars(select(SheetHealth)).one().removed == 0


def test_a_row_that_is_pasted_back_is_taken_out_again_and_not_read(
    delivery, removal, read_back, add_lead, sandbox, change, row, open_entries
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    kept = sandbox.cells()[0]
    change(ana, restricted_at=LATER)
    until_gone(removal)
    paste(sandbox, 1, kept)
    write(sandbox, ana, STATUS, "Booked")

    read_back.step(LATER + POLL)
    read_back.step(LATER + 2 * POLL)
    assert open_entries() == 1
    until_gone(removal, LATER + 3 * POLL)

    assert names(sandbox) == []
    assert row(ana).status is Status.NEW


def test_a_released_row_comes_back_once_with_what_staff_wrote(
    delivery, removal, read_back, add_lead, sandbox, change, release, row
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    write(sandbox, ana, NOTES, "call her mum")
    write(sandbox, ana, STATUS, "No answer")
    read_back.step(NOON + POLL)
    before = sandbox.rows()
    change(ana, restricted_at=LATER)
    until_gone(removal)
    assert sandbox.rows() == []

    release(ana)
    release(ana)  # asked for twice
    sandbox.fault("lost_answer")
    delivery.step(LATER)
    read_back.step(LATER + POLL)  # it stands there, and that is not recorded yet
    delivery.step(LATER + timedelta(minutes=5))
    read_back.step(LATER + timedelta(minutes=5))
    removal.step(LATER + timedelta(minutes=5))

    assert sandbox.rows() == before
    assert (row(ana).taken_out_at, row(ana).status) == (None, Status.NO_ANSWER)


def test_a_lock_that_is_taken_off_before_the_row_left_ends_with_one_row(
    delivery, removal, add_lead, sandbox, change, release
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    release(ana)

    delivery.step(LATER)
    assert names(sandbox) == ["Ana"]  # the row waits until it has left
    until_gone(removal)
    delivery.step(LATER + POLL)

    assert names(sandbox) == ["Ana"]


def test_a_second_request_to_deliver_a_row_that_stands_makes_no_second_row(
    delivery, add_lead, sandbox, release
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)

    release(ana)
    delivery.step(LATER)

    assert names(sandbox) == ["Ana"]


def test_a_request_that_waits_when_it_is_locked_is_never_written(
    delivery, removal, add_lead, sandbox, change, database, clinic, open_entries
):
    ana = add_lead(name="Ana")
    change(ana, restricted_at=LATER)

    delivery.step(LATER)
    removal.step(LATER)
    delivery.step(LATER)

    assert names(sandbox) == []
    assert open_entries(Topic.QUEUE_ROW) == 0
    with database.reading() as session:
        assert backlog(session, clinic.key).waiting == 0


def test_a_request_that_is_held_back_waits_uncounted_and_comes_when_it_is_released(
    delivery, add_lead, sandbox, change, database, clinic
):
    ana = add_lead(name="Ana")
    change(ana, hold_reason="speed", leaves=False)
    delivery.step(NOON)
    with database.reading() as session:
        assert backlog(session, clinic.key).waiting == 0
    assert names(sandbox) == []

    change(ana, hold_reason=None, leaves=False)
    delivery.step(LATER)

    assert names(sandbox) == ["Ana"]


@pytest.mark.parametrize("applied", [True, False])
def test_a_batch_that_was_in_flight_ends_before_its_rows_are_taken_out(
    delivery, removal, add_lead, sandbox, change, applied, open_entries
):
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    sandbox.fault("lost_answer" if applied else "drop_before")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)

    assert not removal.step(LATER).was_put_off
    assert open_entries() == 1  # it waits for the batch
    delivery.step(LATER)
    until_gone(removal)

    assert names(sandbox) == ["Ben"]
    assert open_entries() == open_entries(Topic.QUEUE_ROW) == 0
    assert ben.ref in sandbox.values()[1]


def test_a_batch_of_which_nothing_is_left_burns_its_mark_so_that_no_late_copy_comes_true(
    delivery, add_lead, sandbox, change, database, google
):
    ana = add_lead(name="Ana")
    sandbox.fault("drop_before")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)

    delivery.step(LATER)

    assert len(google.marks()) == 1
    assert names(sandbox) == []


def test_a_list_that_is_restored_does_not_bring_back_who_left(
    delivery, removal, add_lead, sandbox, change, database, clinic
):
    ana, _ = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    change(ana)  # closed since long
    until_gone(removal)

    with database.writing() as session:
        lost = enqueue_lost(session, clinic, {}, tab=-1, now=LATER, deleted_too=True)
    delivery.step(LATER)

    assert lost == 1
    assert sorted(names(sandbox)).count("Ana") == 0


def test_a_closed_row_that_left_by_retention_keeps_its_state_and_its_warning(
    delivery, removal, read_back, add_lead, sandbox, change, row
):
    ana = add_lead(name="Ana", phone="416 555 0123")
    delivery.step(NOON)
    write(sandbox, ana, STATUS, "Do not call")
    write(sandbox, ana, NOTES, "angry")
    read_back.step(NOON + POLL)
    change(ana)
    until_gone(removal)

    again = add_lead(name="Ana", phone="416 555 0123", now=LATER)
    delivery.step(LATER)

    assert (row(ana).status, row(ana).notes) == (Status.DO_NOT_CALL, "angry")
    assert [line["Ref"] for line in sandbox.rows()] == [again.ref]
    assert sandbox.rows()[0]["Alert"].startswith("DO NOT CALL")


def test_nothing_is_told_of_a_locked_request_in_the_row_of_another(
    delivery, add_lead, sandbox, change
):
    ana = add_lead(name="Ana", phone="416 555 0123")
    change(ana, restricted_at=LATER)

    add_lead(name="Ana", phone="416 555 0123", now=LATER)
    delivery.step(LATER)

    assert sandbox.rows()[0]["Alert"] == ""


def test_a_row_that_cannot_be_taken_out_is_told_to_a_person(
    delivery, removal, add_lead, sandbox, change, database, clinic, google, monkeypatch
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    monkeypatch.setattr(google, "apply", lambda _: None)

    now = LATER
    for _ in range(MANY_ATTEMPTS):
        progress = removal.step(now)
        now += LOOK_AFTER

    assert ana.ref in progress.problem
    assert "by hand" in progress.problem
    with database.reading() as session:
        assert backlog(session, clinic.key).problem == progress.problem


def test_a_row_that_will_not_go_is_told_after_five_calls_and_tried_again_a_minute_later(
    delivery, removal, add_lead, change, database, google, monkeypatch
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    monkeypatch.setattr(google, "apply", lambda _: None)

    told = [removal.step(LATER + number * LOOK_AFTER).problem for number in range(5)]

    assert [bool(problem) for problem in told] == [False] * 4 + [True]
    with database.reading() as session:
        entry = session.scalars(
            select(OutboxEntry).where(OutboxEntry.topic == Topic.REMOVE_ROW)
        ).one()
        fifth = LATER + 4 * LOOK_AFTER
        assert (entry.attempts, entry.begun_at, entry.due_at) == (
            5,
            LATER,
            fifth + timedelta(minutes=1),
        )


def test_only_the_row_is_settled_with_its_removal_and_no_mail_that_waits(
    delivery, removal, add_lead, change, database
):
    ana = add_lead(name="Ana", email="ana@example.com")
    change(ana, restricted_at=LATER)

    removal.step(LATER)

    with database.reading() as session:
        waiting = select(OutboxEntry.topic).where(OutboxEntry.delivered_at.is_(None))
        assert session.scalars(waiting).all() == [Topic.ACKNOWLEDGEMENT]


def test_settling_a_removal_settles_what_asked_for_the_row_before_it_and_still_waits(
    delivery, removal, add_lead, change, release, database, google, monkeypatch
):
    ana = add_lead(name="Ana", email="ana@example.com")
    delivery.step(NOON)
    with database.writing() as session:
        begun = enqueue(session, Topic.QUEUE_ROW, ana.id, now=NOON)
        enqueue(session, Topic.QUEUE_ROW, ana.id, now=NOON)
        enqueue(
            session, Topic.QUEUE_ROW, ana.id, now=NOON
        ).delivered_at = NOON  # settled by an earlier removal
    add_lead(name="Ben", phone="416 555 0124")
    change(ana, restricted_at=LATER)
    release(ana)
    removal.step(LATER)
    read = google.read

    def begun_meanwhile(tags):
        """Another relay that had looked before the lock begins a batch once we asked what is to
        leave.
        """
        with database.writing() as session:
            claim(session, Topic.QUEUE_ROW, now=LATER, only=OutboxEntry.id == begun.id)
        return read(tags)

    monkeypatch.setattr(google, "read", begun_meanwhile)
    removal.step(LATER + LOOK_AFTER)

    with database.reading() as session:
        entries = session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()
        told = [(one.lead.name, one.topic, bool(one.batch_id), one.delivered_at) for one in entries]
    assert sorted(told[:2]) == [
        ("Ana", Topic.ACKNOWLEDGEMENT, False, None),
        ("Ana", Topic.QUEUE_ROW, True, NOON),
    ]
    assert told[2:] == [
        ("Ana", Topic.QUEUE_ROW, True, None),
        ("Ana", Topic.QUEUE_ROW, False, LATER + LOOK_AFTER),
        ("Ana", Topic.QUEUE_ROW, False, NOON),
        ("Ben", Topic.QUEUE_ROW, False, None),
        ("Ana", Topic.REMOVE_ROW, False, LATER + LOOK_AFTER),
        ("Ana", Topic.QUEUE_ROW, False, None),
    ]


def test_after_a_refusal_half_of_the_rows_are_tried_until_the_one_that_will_not_go_is_found(
    delivery, removal, add_lead, change, database, google, monkeypatch
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo", "Dora", "Eva")]
    delivery.step(NOON)
    for lead in leads:
        change(lead, restricted_at=LATER)
    sizes = []

    def refuse(requests):
        sizes.append(sum("insertDimension" in request for request in requests))
        raise SheetRefused("A merged cell.")

    monkeypatch.setattr(google, "apply", refuse)
    steps = [LATER + number * LOOK_AFTER for number in range(5)]

    told = [removal.step(now) for now in steps]

    # The one that was found waits, and the others are asked for at once
    assert sizes == [
        5,
        3,
        2,
        1,
        4,
    ]
    problem = (
        f"The row of {leads[0].ref} must leave the sheet and cannot be taken out. A merged cell."
    )
    assert told == [
        Progress(
            not_before=now + LOOK_AFTER, problem=problem if number == 3 else None, was_put_off=True
        )
        for number, now in enumerate(steps)
    ]
    with database.reading() as session:
        entries = session.scalars(
            select(OutboxEntry).where(OutboxEntry.topic == Topic.REMOVE_ROW)
        ).all()
        waits = {entry.lead_id: (entry.due_at, entry.problem, entry.attempts) for entry in entries}
    assert waits == {lead.id: (LATER, None, 0) for lead in leads} | {
        leads[0].id: (steps[3] + timedelta(minutes=1), problem, 0)
    }


def test_trouble_with_the_sheet_puts_it_off(
    delivery, removal, add_lead, sandbox, change, google, monkeypatch
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    sandbox.fault("lost_answer")

    assert removal.step(LATER).problem
    until_gone(removal, LATER + POLL)

    assert names(sandbox) == []


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (AnswerLost("?"), timedelta(seconds=2)),
        (SheetBusy("later", 1), timedelta(seconds=2)),
        (SheetBusy("later", 10), timedelta(seconds=10)),
        (SheetNotShared("share it"), timedelta(minutes=1)),
        (SheetFull("full"), timedelta(minutes=1)),
    ],
)
def test_after_trouble_it_waits_as_long_as_the_trouble_asks_for(
    delivery, removal, add_lead, change, google, monkeypatch, error, wait
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)

    def refuse(_):
        raise error

    monkeypatch.setattr(google, "apply", refuse)

    assert removal.step(LATER) == Progress(not_before=LATER + wait, problem=str(error))
    assert removal.step(LATER + wait - timedelta(seconds=1)) == Progress()  # nothing is due before


def test_it_says_when_rows_are_gone_and_whether_more_may_wait(
    delivery, removal, add_lead, change, monkeypatch
):
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)

    assert removal.step(LATER) == Progress(
        not_before=LATER + timedelta(seconds=2), was_put_off=True
    )
    looked = LATER + LOOK_AFTER
    assert removal.step(looked) == Progress(not_before=looked + timedelta(seconds=30))

    monkeypatch.setattr(remove, "AT_ONCE", 1)  # so that one row is as many as are taken at once
    change(ben, restricted_at=LATER)
    removal.step(looked)
    looked += LOOK_AFTER
    assert removal.step(looked) == Progress(
        not_before=looked + timedelta(seconds=30), was_put_off=True
    )


def test_two_hundred_requests_are_taken_at_once_and_the_others_after_a_pause(
    delivery, removal, database, clinic, open_entries
):
    with database.writing() as session:
        many_leads(session, clinic, 201)
        for lead_id in session.scalars(select(Lead.id)).all():
            order_removal(session, lead_id, now=LATER)

    assert removal.step(LATER) == Progress(
        not_before=LATER + timedelta(seconds=30), was_put_off=True
    )
    assert open_entries() == 1
    assert removal.step(LATER) == Progress(not_before=LATER + timedelta(seconds=30))
    assert open_entries() == 0


def test_google_is_asked_to_empty_a_row_only_if_it_still_says_the_same():
    # Staff made a number of the phone
    row = SeenRow(4, {"ref": "ANA", "name": "Ana", "phone": 416, "notes": "x"})
    told = {"userEnteredFormat": {"numberFormat": {"type": "TEXT"}}}
    line = {"sheetId": 7, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}

    asked = empty_if_unchanged(7, [row], {"ref": 0, "phone": 2, "name": 3, "notes": 9})

    fields = "userEnteredValue,userEnteredFormat.numberFormat"
    assert asked == [
        {"insertDimension": {"range": line, "inheritFromBefore": False}},
        {
            "updateCells": {
                "start": {"sheetId": 7, "rowIndex": 4, "columnIndex": 0},
                "fields": fields,
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "ANA"}, **told}]}],
            }
        },
        {
            "updateCells": {
                "start": {"sheetId": 7, "rowIndex": 4, "columnIndex": 3},
                "fields": fields,
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "Ana"}, **told}]}],
            }
        },
        {
            "deleteDuplicates": {
                "range": {"sheetId": 7, "startRowIndex": 4, "endRowIndex": 6},
                "comparisonColumns": [
                    {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
                    {"sheetId": 7, "dimension": "COLUMNS", "startIndex": 3, "endIndex": 4},
                ],
            }
        },
        {"deleteDimension": {"range": line}},
    ]


def test_rows_are_emptied_from_below_so_that_no_line_moves_before_its_turn():
    rows = [SeenRow(at, {"ref": f"R{at}"}) for at in (4, 9, 2)]

    asked = empty_if_unchanged(7, rows, {"ref": 0})

    lines = [one["insertDimension"]["range"] for one in asked if "insertDimension" in one]
    assert [(line["startIndex"], line["endIndex"]) for line in lines] == [(9, 10), (4, 5), (2, 3)]


def test_empty_lines_are_moved_behind_the_last_row_from_below():
    asked = move_down(7, [4, 9, 2], 12)

    lines = [
        {"sheetId": 7, "dimension": "ROWS", "startIndex": at, "endIndex": at + 1}
        for at in (9, 4, 2)
    ]
    assert asked == [{"moveDimension": {"source": line, "destinationIndex": 12}} for line in lines]


@pytest.mark.parametrize(
    ("leaving", "moved"),
    [
        ({"Ana"}, []),
        ({"Ben"}, [(2, 4)]),
        ({"Cleo"}, [(1, 4)]),
        ({"Ana", "Ben"}, []),
        ({"Ben", "Cleo"}, [(2, 4), (1, 4)]),
        ({"Ana", "Ben", "Cleo"}, []),
    ],
)
def test_an_emptied_line_is_moved_only_where_a_row_stands_below_it(
    delivery, removal, add_lead, sandbox, change, google, monkeypatch, leaving, moved
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo")]
    delivery.step(NOON)
    assert names(sandbox) == ["Cleo", "Ben", "Ana"]
    for lead in leads:
        if lead.name in leaving:
            change(lead, restricted_at=LATER)
    apply, calls = google.apply, []

    def note(requests):
        calls.append([one["moveDimension"] for one in requests if "moveDimension" in one])
        apply(requests)

    monkeypatch.setattr(google, "apply", note)

    until_gone(removal)

    moves = [
        (one["source"]["startIndex"], one["destinationIndex"]) for call in calls for one in call
    ]
    assert moves == moved
    assert len(calls) == 1 + bool(moved)


def test_an_emptied_line_in_which_staff_wrote_meanwhile_stays_where_it_is(
    delivery, removal, add_lead, sandbox, change, google, monkeypatch
):
    _, ben, _ = (add_lead(name=name) for name in ("Ana", "Ben", "Cleo"))
    delivery.step(NOON)
    change(ben, restricted_at=LATER)
    removal.step(LATER)
    sandbox.staff("edit", row=2, column=sandbox.values()[0].index(NOTES), value="buy stamps")

    until_gone(removal, LATER + LOOK_AFTER)

    assert [(row["Name"], row[NOTES]) for row in sandbox.rows()] == [
        ("Cleo", ""),
        ("", "buy stamps"),
        ("Ana", ""),
    ]


def test_of_many_rows_that_will_not_go_ten_are_named(
    delivery, removal, add_lead, change, google, monkeypatch
):
    leads = [add_lead() for _ in range(11)]
    delivery.step(NOON)
    for lead in leads:
        change(lead, restricted_at=LATER)
    monkeypatch.setattr(google, "apply", lambda _: None)

    told = [removal.step(LATER + number * LOOK_AFTER).problem for number in range(MANY_ATTEMPTS)]

    assert [ref for ref in sorted(lead.ref for lead in leads) if ref in told[-1]] == sorted(
        lead.ref for lead in leads
    )[:10]


@pytest.mark.parametrize(("seconds", "left"), [(120, []), (121, ["Ana"])])
def test_two_minutes_may_pass_between_the_look_and_the_call(
    delivery, removal, add_lead, sandbox, change, seconds, left
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    times = iter([1000.0, 1000.0 + seconds])

    replace(removal, stopwatch=lambda: next(times)).step(LATER)

    assert names(sandbox) == left


def test_another_clinics_requests_are_left_to_it(delivery, removal, add_lead, change, open_entries):
    change(add_lead(), clinic="elsewhere")

    assert removal.step(LATER) == Progress()
    assert open_entries() == 1


def test_google_is_asked_for_nothing_where_a_row_says_nothing_of_its_owner():
    assert (
        empty_if_unchanged(
            7, [SeenRow(4, {"ref": "", "name": "", "phone": ""})], {"ref": 0, "name": 1}
        )
        == []
    )


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_it_is_the_same_on_both_engines(
    delivery, removal, read_back, add_lead, sandbox, change, release, engine_name
):
    ana = add_lead(name="Ana")
    delivery.step(NOON)
    change(ana, restricted_at=LATER)
    read_back.step(LATER)
    until_gone(removal)
    assert names(sandbox) == []

    release(ana)
    delivery.step(LATER)
    read_back.step(LATER + POLL)

    assert names(sandbox) == ["Ana"]
