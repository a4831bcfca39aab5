"""Read-back against the sandbox over HTTP: what staff do flows back, and what drifted is put
right.
"""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.demo.sandbox.workbook import write_cell
from intake.models import CallLogEntry, Lead, Purpose, QueueRow, SheetHealth, Status, Topic
from intake.outbox import claim
from intake.sheet.queue.columns import queue_columns
from intake.sheet.sync.comparison import compare
from intake.sheet.sync.readback import AFTER_REPAIR, ReadBack
from intake.sheet.sync.record_changes import record_changes
from intake.sheet.sync.snapshot import take_snapshot
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY
from tests.sheet.meanwhile import Meanwhile

POLL = timedelta(seconds=15)
S = Status


@pytest.fixture
def read_back(delivery, database, google, clinic):
    return ReadBack(database, google, clinic)


@pytest.fixture
def staff(sandbox):
    """`staff(lead, "Status", "Booked")` writes into the lead's row."""

    def write(lead, title, value, copy=0):
        header, *_rows = sandbox.values()
        at = [
            number
            for number, row in enumerate(sandbox.tab()["rows"])
            if row["cells"][header.index("Ref")] == lead.ref
        ]
        sandbox.staff(
            "edit",
            row=sandbox.tab()["rows"][at[copy]]["row"],
            column=header.index(title),
            value=value,
        )

    return write


@pytest.fixture
def row(database):
    def find(lead):
        with database.reading() as session:
            return session.get(QueueRow, lead.id)

    return find


@pytest.fixture
def call_log(database):
    def entries(lead):
        with database.reading() as session:
            return session.scalars(
                select(CallLogEntry)
                .where(CallLogEntry.lead_id == lead.id)
                .order_by(CallLogEntry.id)
            ).all()

    return entries


def paste(sandbox, row, cells):
    """Paste a whole row, as staff do with Ctrl+V."""

    def change(state):
        tab = state["sheets"][0]
        for column, cell in enumerate(cells):
            write_cell(tab, row, column, cell)

    sandbox.workbook.change(change)


def cell(sandbox, lead, title):
    return next(row[title] for row in sandbox.rows() if row["Ref"] == lead.ref)


def test_what_staff_write_becomes_state_and_log(
    delivery, read_back, add_lead, staff, row, call_log
):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "No answer")
    staff(ana, "Assigned to", "Marie-Ève, évening shift")
    staff(ana, "Last called", "2026-11-23 12:05")
    staff(ana, "Follow up on", "2026-11-24")
    staff(ana, "Notes", '=SUM(1) said "call after 5"\n😀')

    read_back.step(NOON + POLL)

    seen, (entry,) = row(ana), call_log(ana)
    assert (seen.status, seen.attempts, seen.first_called_at) == (S.NO_ANSWER, 1, NOON + POLL)
    assert (seen.first_call_minutes, str(seen.follow_up_at)) == (0, "2026-11-24 05:00:00+00:00"), (
        "midnight in Toronto"
    )
    assert (entry.who, entry.transition, entry.status) == ("sheet", "find nobody", S.NO_ANSWER)
    assert set(entry.changed) == {"status", "assigned_to", "last_called", "follow_up_on", "notes"}
    assert (entry.assigned_to, entry.last_called, entry.follow_up_on) == (
        "Marie-Ève, évening shift",
        "2026-11-23 12:05",
        "2026-11-24",
    )
    assert entry.notes == '=SUM(1) said "call after 5"\n😀'


def test_looking_again_writes_nothing_down_twice(
    delivery, read_back, add_lead, staff, call_log, sandbox
):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "Claimed")
    read_back.step(NOON + POLL)
    sandbox.clear()

    read_back.step(NOON + 2 * POLL)

    assert len(call_log(ana)) == 1
    assert [call["path"].rpartition(":")[2] for call in sandbox.requests()] == [
        "batchGetByDataFilter"
    ]


def test_one_read_fetches_everything_wherever_staff_moved_it(
    delivery, read_back, add_lead, staff, row, sandbox
):
    ana = add_lead()
    delivery.step(NOON)
    sandbox.staff("move_column", column=sandbox.values()[0].index("Notes"), to=0)
    sandbox.staff("insert_rows", row=1, count=3)
    sandbox.staff("rename_tab", title="Rappels d’aujourd’hui")
    sandbox.staff("edit", tab="Rappels d’aujourd’hui", row=0, column=0, value="Remarques")
    sandbox.staff("edit", tab="Rappels d’aujourd’hui", row=4, column=0, value="rings back")
    sandbox.clear()

    read_back.step(NOON + POLL)

    assert row(ana).notes == "rings back"
    assert len(sandbox.requests()) == 1


def test_two_changes_close_together_are_one_call(delivery, read_back, add_lead, staff, row):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "No answer")
    read_back.step(NOON + POLL)
    staff(ana, "Last called", "2026-11-23")
    read_back.step(NOON + 2 * POLL)
    assert row(ana).attempts == 1

    staff(ana, "Last called", "2026-11-24")
    read_back.step(NOON + timedelta(days=1))

    assert row(ana).attempts == 2
    assert row(ana).first_called_at == NOON + POLL


def test_a_move_that_makes_no_sense_stays_in_the_sheet_and_is_flagged(
    delivery, read_back, add_lead, staff, row, call_log, sandbox, database
):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "Booked")
    read_back.step(NOON + POLL)
    staff(ana, "Status", "New")
    read_back.step(NOON + 2 * POLL)

    assert row(ana).status is S.BOOKED
    assert cell(sandbox, ana, "Status") == "New"
    assert cell(sandbox, ana, "Alert").startswith("“New” does not follow “Booked”")
    assert (call_log(ana)[-1].transition, call_log(ana)[-1].sheet_status) == (None, "New")
    with database.reading() as session:
        assert session.scalars(select(SheetHealth)).one().conflicts == 1

    staff(ana, "Status", "Booked")
    read_back.step(NOON + 3 * POLL)
    assert cell(sandbox, ana, "Alert") == ""


def test_do_not_call_and_wrong_number_warn_on_later_requests(
    delivery, read_back, add_lead, staff, sandbox
):
    ana = add_lead(phone="416 555 0123")
    delivery.step(NOON)
    staff(ana, "Status", "Do not call")
    read_back.step(NOON + POLL)

    again = add_lead(phone="416 555 0123", now=NOON + timedelta(days=2))
    delivery.step(NOON + timedelta(days=2))

    assert cell(sandbox, again, "Alert").startswith("DO NOT CALL: asked on 23 Nov not to be called")


def test_one_look_takes_a_status_over_and_warns_in_the_rows_from_the_same_phone(
    delivery, read_back, add_lead, staff, sandbox
):
    ana, again = (
        add_lead(phone="416 555 0123", name="Ana"),
        add_lead(phone="416 555 0123", name="Ana again"),
    )
    ben = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "Do not call")

    read_back.step(NOON + POLL)

    assert cell(sandbox, again, "Alert").startswith("DO NOT CALL: asked on 23 Nov not to be called")
    assert cell(sandbox, ben, "Alert") == ""


def test_who_asks_again_is_linked_both_ways_and_never_merged(
    delivery, read_back, add_lead, staff, sandbox
):
    ana = add_lead(phone="416 555 0123")
    delivery.step(NOON)
    staff(ana, "Status", "No answer")
    read_back.step(NOON + POLL)
    again = add_lead(phone="416 555 0123", now=NOON + timedelta(days=2))
    delivery.step(NOON + timedelta(days=2))
    read_back.step(NOON + timedelta(days=2, seconds=15))

    assert cell(sandbox, again, "Alert") == (
        f"2nd request from this number. The one of 23 Nov stands at “No answer” ({ana.ref})."
    )
    assert cell(sandbox, ana, "Alert") == f"This number asked again on 25 Nov ({again.ref})."
    assert len(sandbox.rows()) == 2


def test_a_pipeline_cell_that_drifted_is_put_right_and_staffs_are_left(
    delivery, read_back, add_lead, staff, sandbox, database
):
    ana, ben = add_lead(), add_lead()
    delivery.step(NOON)
    staff(ana, "Phone", "call her mum")
    staff(ana, "Call by", "tomorrow")
    staff(ana, "Notes", "mine")
    staff(ben, "Voicemail OK", "")
    before = sandbox.cells()

    progress = read_back.step(NOON + POLL)

    assert cell(sandbox, ana, "Phone").startswith("+1416555")
    assert cell(sandbox, ana, "Call by") == "2026-11-23 13:30"
    assert cell(sandbox, ana, "Notes") == "mine"
    assert cell(sandbox, ben, "Voicemail OK") == "No"
    assert sandbox.cells() != before
    # To see that it landed in the right row
    assert progress.not_before == NOON + POLL + timedelta(seconds=2)
    with database.reading() as session:
        assert session.scalars(select(SheetHealth)).one().repaired == 3


def test_a_cell_that_is_spoiled_at_every_look_is_looked_at_less_and_less_often(
    delivery, read_back, add_lead, staff
):
    ana, now, waits = add_lead(), NOON, []
    delivery.step(NOON)
    for _ in range(5):
        staff(ana, "Phone", "call her mum")
        next_look = read_back.step(now).not_before
        waits.append((next_look - now).total_seconds())
        now = next_look

    assert waits == [2, 4, 8, 15, 15]
    assert read_back.step(now).not_before == now + POLL  # it was put right and stayed so


def test_a_reference_that_was_overwritten_is_put_back(
    delivery, read_back, add_lead, staff, sandbox, row
):
    ana, ben = add_lead(), add_lead()
    delivery.step(NOON)
    staff(ana, "Notes", "Ana's")
    staff(ana, "Ref", "oops")

    read_back.step(NOON + POLL)

    assert {line["Ref"] for line in sandbox.rows()} == {ana.ref, ben.ref}
    assert row(ana).notes == "Ana's"


def test_references_that_were_sorted_without_their_rows_follow_their_rows(
    delivery, read_back, add_lead, staff, sandbox, row
):
    ana, ben = add_lead(name="Ana"), add_lead(name="Ben")
    delivery.step(NOON)
    staff(ana, "Notes", "Ana's")
    staff(ben, "Notes", "Ben's")
    first, second = (line["Ref"] for line in sandbox.rows())
    sandbox.staff("edit", row=1, column=0, value=second)
    sandbox.staff("edit", row=2, column=0, value=first)

    read_back.step(NOON + POLL)

    assert (row(ana).notes, row(ben).notes) == ("Ana's", "Ben's")
    assert {line["Name"]: line["Ref"] for line in sandbox.rows()} == {
        "Ana": ana.ref,
        "Ben": ben.ref,
    }


def test_a_row_that_staff_deleted_stays_deleted_and_is_reported(
    delivery, read_back, add_lead, sandbox, row, database
):
    ana, ben = add_lead(), add_lead()
    delivery.step(NOON)
    read_back.step(NOON + POLL)
    sandbox.staff("delete_rows", row=2)

    read_back.step(NOON + 2 * POLL)
    assert row(ana).removed_at is None  # it may be on its way to another place
    read_back.step(NOON + 4 * POLL)

    assert row(ana).removed_at == NOON + 4 * POLL
    assert row(ben).removed_at is None
    assert [line["Ref"] for line in sandbox.rows()] == [ben.ref]
    with database.reading() as session:
        assert session.scalars(select(SheetHealth)).one().removed == 1


def test_a_row_that_comes_back_counts_as_there(delivery, read_back, add_lead, sandbox, row):
    ana = add_lead()
    delivery.step(NOON)
    kept = sandbox.cells()[0]
    sandbox.staff("delete_rows", row=1)
    read_back.step(NOON + POLL)
    read_back.step(NOON + 4 * POLL)
    assert row(ana).removed_at

    sandbox.staff("insert_rows", row=1)
    paste(sandbox, 1, kept)
    read_back.step(NOON + 5 * POLL)

    assert row(ana).removed_at is None
    assert row(ana).missing_since is None


def test_a_new_row_that_is_not_settled_yet_is_not_taken_for_a_deleted_one_that_says_the_same(
    delivery, read_back, add_lead, sandbox, row, database
):
    """Ana corrects her answers within the minute; the relay dies between the call and its
    record.
    """
    second = timedelta(seconds=1)
    ana = add_lead(name="Ana", phone="416 555 0123")
    delivery.step(NOON)
    sandbox.staff("delete_rows", row=1)
    read_back.step(NOON + 15 * second)
    again = add_lead(name="Ana", phone="416 555 0123", best_time="evening", now=NOON + 20 * second)
    with database.writing() as session:
        batch = claim(session, Topic.QUEUE_ROW, now=NOON + 20 * second)
    delivery._send(batch, NOON + 20 * second, time.monotonic())

    read_back.step(NOON + 40 * second)
    delivery.step(NOON + 50 * second)
    read_back.step(NOON + 60 * second)

    assert [line["Ref"] for line in sandbox.rows()] == [again.ref]
    assert row(ana).removed_at
    assert (row(again).missing_since, row(again).removed_at) == (None, None)


def test_a_row_that_was_copied_is_frozen_until_one_is_gone(
    delivery, read_back, add_lead, staff, sandbox, row
):
    ana = add_lead()
    delivery.step(NOON)
    copy = sandbox.cells()[0]
    sandbox.staff("insert_rows", row=2)
    paste(sandbox, 2, copy)
    staff(ana, "Status", "Booked")

    read_back.step(NOON + POLL)

    assert row(ana).status is S.NEW
    assert [line["Alert"][:22] for line in sandbox.rows()] == ["This row is here twice"] * 2

    sandbox.staff("delete_rows", row=2)
    read_back.step(NOON + 2 * POLL)
    assert row(ana).status is S.BOOKED
    assert cell(sandbox, ana, "Alert") == ""


def test_a_column_of_the_staff_that_was_emptied_as_a_whole_is_not_taken_over(
    delivery, read_back, add_lead, staff, sandbox, row
):
    leads = [add_lead() for _ in range(3)]
    delivery.step(NOON)
    for lead in leads:
        staff(lead, "Notes", "precious")
    read_back.step(NOON + POLL)
    for lead in leads:
        staff(lead, "Notes", "")

    progress = read_back.step(NOON + 2 * POLL)

    assert progress.problem.startswith("Notes is empty in every row")
    assert {row(lead).notes for lead in leads} == {"precious"}


def test_rows_of_the_staff_are_left_alone(delivery, read_back, add_lead, sandbox):
    ana = add_lead()
    delivery.step(NOON)
    sandbox.staff("insert_rows", row=1)
    sandbox.staff("edit", row=1, column=0, value="K7F-2Q9X")
    sandbox.staff("edit", row=1, column=3, value="buy milk")
    before = sandbox.values()

    read_back.step(NOON + POLL)

    assert sandbox.values() == before
    assert ana.ref in sandbox.values()[2]


def test_a_sheet_that_cannot_be_read_is_a_problem_with_a_date_and_ends_with_the_next_reading(
    delivery, read_back, sandbox, database
):
    sandbox.fault("500", match="batchGetByDataFilter")

    assert read_back.step(NOON).problem == "Google had a fault of its own (HTTP 500); trying again."
    with database.reading() as session:
        assert session.scalars(select(SheetHealth)).one().problem_since == NOON
    assert read_back.step(NOON + POLL).problem is None
    with database.reading() as session:
        health = session.scalars(select(SheetHealth)).one()
    assert (health.problem, health.problem_since, health.read_at) == (None, None, NOON + POLL)


def test_a_request_that_moved_up_to_where_the_header_was_is_still_there(
    delivery, read_back, add_lead, sandbox, row
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben")]
    delivery.step(NOON)
    notes = sandbox.values()[0].index("Notes")
    sandbox.staff("delete_rows", row=0)
    sandbox.staff("edit", row=0, column=notes, value="call after 5")

    for polls in range(1, 5):
        read_back.step(NOON + polls * POLL)

    assert [row(lead).removed_at for lead in leads] == [None, None]
    assert row(leads[1]).notes == "call after 5"


def test_a_look_that_is_long_over_is_not_written_down(
    delivery, read_back, add_lead, staff, row, sandbox
):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Status", "No answer")
    staff(ana, "Phone", "000")

    stopped_for_long = replace(read_back, patience=0.0).step(NOON + POLL)

    assert "looking again" in stopped_for_long.problem
    assert (row(ana).status, cell(sandbox, ana, "Phone")) == (S.NEW, "000")
    assert read_back.step(NOON + 2 * POLL).problem is None
    assert (row(ana).status, cell(sandbox, ana, "Phone")) == (S.NO_ANSWER, ana.phone)


def test_nothing_is_put_right_where_staff_moved_columns_since_the_look(
    read_back, google, delivery, add_lead, staff, sandbox
):
    ana = add_lead()
    delivery.step(NOON)
    staff(ana, "Phone", "000")
    titles = sandbox.values()[0]
    moved = Meanwhile(
        google, lambda: sandbox.staff("move_column", column=titles.index("Notes"), to=0)
    )
    writes = len(sandbox.calls(":batchUpdate"))

    replace(read_back, sheet=moved).step(NOON + POLL)

    assert sandbox.values()[0][0] == "Notes"
    assert (cell(sandbox, ana, "Phone"), cell(sandbox, ana, "Name")) == ("000", ana.name)
    assert len(sandbox.calls(":batchUpdate")) == writes
    read_back.step(NOON + 2 * POLL)
    assert cell(sandbox, ana, "Phone") == ana.phone


@pytest.mark.parametrize("since", ["restricted_at", "erased_at"])
def test_what_staff_wrote_is_not_taken_over_of_a_record_that_was_locked_or_erased_since_the_look(
    database, clinic, google, delivery, add_lead, staff, row, call_log, since
):
    ana, ben = add_lead(), add_lead()
    delivery.step(NOON)
    for lead in (ana, ben):
        staff(lead, "Notes", "her mum answers")
    reading = google.read([column.tag for column in queue_columns(clinic.queue)])
    looked = take_snapshot(database, clinic, reading, now=NOON + POLL)
    seen = compare(looked.standing, looked.found)
    assert set(seen.written) == {ana.ref, ben.ref}

    with database.writing() as session:
        setattr(session.get_one(Lead, ana.id), since, NOON + POLL)
        session.flush()
        absorbed = record_changes(session, clinic, seen, tab=row(ana).tab, now=NOON + POLL)

    assert absorbed.changes == 1
    assert (row(ana).notes, call_log(ana)) == ("", [])
    assert row(ben).notes == "her mum answers"


def test_what_is_undone_in_the_sheet_again_and_again_is_put_right_without_haste(
    delivery, read_back, add_lead, staff
):
    ana = add_lead()
    delivery.step(NOON)
    waits, now = [], NOON
    for _ in range(4):
        staff(ana, "Phone", "000")
        waits.append(read_back.step(now).not_before - now)
        now += waits[-1]

    assert waits == [AFTER_REPAIR, 2 * AFTER_REPAIR, 4 * AFTER_REPAIR, POLL]


def test_a_withdrawal_reaches_every_row_of_the_person_with_the_next_look(
    delivery, read_back, add_lead, database, clinic, sandbox
):
    first, again = (
        add_lead(agreed_to={Purpose.REMINDERS, Purpose.NEWS}),
        add_lead(email="ana@example.com"),
    )
    delivery.step(NOON)
    assert [cell(sandbox, lead, "Email consent") for lead in (first, again)] == [
        "Reminders, News"
    ] * 2
    button = Manner("button", "button", "none", "page", "patient", "/consent/<token>")

    with database.writing() as session:
        lead = session.get(Lead, again.id)
        withdraw(
            session, lead, {Purpose.NEWS}, button, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )
    read_back.step(NOON + POLL)

    assert [cell(sandbox, lead, "Email consent") for lead in (first, again)] == [
        "Reminders; withdrawn: News"
    ] * 2


def clear_all(sandbox):
    """Ctrl-A, Delete."""
    state = sandbox.workbook

    def clear(draft):
        queue = next(tab for tab in draft["sheets"] if tab["properties"]["title"] == "Queue")
        queue["rows"] = [[{} for _ in row] for row in queue["rows"]]

    state.change(clear)


def test_a_list_that_was_cleared_as_a_whole_is_not_taken_for_deleted(
    delivery, read_back, add_lead, sandbox, row
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo")]
    delivery.step(NOON)
    clear_all(sandbox)

    problems = [read_back.step(NOON + polls * POLL).problem for polls in range(1, 6)]

    assert "3 rows vanished all at once" in problems[0]
    assert "intake sheet restore" in problems[-1]
    assert [row(lead).removed_at for lead in leads] == [None] * 3
    week_later = read_back.step(NOON + timedelta(days=8))
    assert all(row(lead).removed_at for lead in leads)  # nobody brought it back: it was meant
    assert read_back.step(NOON + timedelta(days=8, minutes=1)).problem is None, week_later


def test_a_list_that_was_cleared_and_undone_is_as_before(
    delivery, read_back, add_lead, sandbox, row
):
    leads = [add_lead(name=name) for name in ("Ana", "Ben", "Cleo")]
    delivery.step(NOON)
    before = sandbox.workbook.state["sheets"]
    tab = row(leads[0]).tab
    clear_all(sandbox)
    read_back.step(NOON + POLL)

    sandbox.workbook.change(lambda draft: draft.update(sheets=before))
    read_back.step(NOON + 2 * POLL)

    assert [(row(lead).tab, row(lead).missing_since) for lead in leads] == [(tab, None)] * 3
