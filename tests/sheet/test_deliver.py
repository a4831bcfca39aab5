"""Exactly one row for each lead, whatever happens on the way. Real gspread, real HTTP, both
databases.
"""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake import relay
from intake.lease import Holder
from intake.models import Batch, OutboxEntry, Purpose, Topic
from intake.outbox import Progress, claim, new_mark, waiting
from intake.sheet.errors import AnswerLost, SheetBusy, SheetNotShared, SheetRefused, SheetTooLarge
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.google.marks import AT_ONCE, REST, remove_old_marks
from intake.sheet.queue.backlog import backlog
from intake.sheet.sync.deliver import Delivery, wait_for_next_try
from tests.conftest import NOON
from tests.factories import many_leads
from tests.sheet.long_run import Alone


def until_settled(delivery, *, start=NOON, steps=30):
    """Take steps, moving the clock to when each asks for the next, until nothing is left to do."""
    now = start
    for _ in range(steps):
        progress = delivery.step(now)
        if not progress.done and not progress.problem and not progress.was_put_off:
            return now
        now = max(now, progress.not_before or now)
    raise AssertionError(f"not settled after {steps} steps: {progress}")


def left(database):
    with database.reading() as session:
        return waiting(session, Topic.QUEUE_ROW)[0]


def refs(sandbox):
    return [row["Ref"] for row in sandbox.rows()]


def test_a_request_becomes_a_row(delivery, sandbox, add_lead, database):
    ana = add_lead(
        name="Ana", agreed_to={Purpose.REMINDERS}, phone="416 555 0123 x4", what_hurts="my back"
    )

    progress = delivery.step(NOON)

    assert progress.done == 1
    assert sandbox.rows() == [
        {
            "Ref": ana.ref,
            "Received": "2026-11-23 12:00",
            "Call by": "2026-11-23 13:30",
            "Name": "Ana",
            "Phone": "+14165550123 ext. 4",
            "Consult with": "Physiotherapist",
            "Consult by": "Phone",
            "Best time": "Morning",
            "Language": "English",
            "Voicemail OK": "No",
            "Email consent": "Reminders",
            "Alert": "",
            "Status": "New",
            "Assigned to": "",
            "Last called": "",
            "Follow up on": "",
            "Notes": "",
        }
    ]
    assert left(database) == 0


def test_the_newest_request_stands_on_top(delivery, sandbox, add_lead):
    first, second = add_lead(), add_lead()
    delivery.step(NOON)
    third = add_lead(now=NOON + timedelta(minutes=1))
    delivery.step(NOON + timedelta(minutes=1))

    assert refs(sandbox) == [third.ref, second.ref, first.ref]


def test_a_batch_takes_five_hundred_and_one_call(delivery, sandbox, database, clinic, add_lead):
    with database.writing() as session:
        many_leads(session, clinic, 501)
    writes = len(sandbox.calls(":batchUpdate"))

    assert [delivery.step(NOON).done, delivery.step(NOON).done] == [500, 1]
    assert len(refs(sandbox)) == len(set(refs(sandbox))) == 501
    assert len(sandbox.calls(":batchUpdate")) - writes == 2


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1 416",
        "-2",
        "@SUM(A1)",
        "\t=1+1",
        "＝1+1",
        '=HYPERLINK("http://x";"y")',
        "'0123",
        "01/02/2026",
    ],
)
def test_what_looks_like_a_formula_reaches_the_sheet_as_text(delivery, sandbox, add_lead, text):
    add_lead(name=text)

    delivery.step(NOON)

    assert {"stringValue": text} in [cell.get("userEnteredValue") for cell in sandbox.cells()[0]]
    assert sandbox.rows()[0]["Name"] == text


def test_times_are_dates_and_the_phone_is_text(delivery, sandbox, add_lead):
    add_lead(phone="416 555 0123")

    delivery.step(NOON)
    received, phone = sandbox.cells()[0][1], sandbox.cells()[0][4]

    assert received["userEnteredValue"] == {"numberValue": 46349.5}  # noon on the clinic's wall
    assert received["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"
    assert phone == {
        "userEnteredValue": {"stringValue": "+14165550123"},
        "userEnteredFormat": {"numberFormat": {"type": "TEXT"}},
    }


@pytest.mark.parametrize(
    ("kind", "times"),
    [
        ("lost_answer", 1),
        ("lost_answer", 3),
        ("drop_before", 2),
        ("500", 2),
        ("500_after", 1),
        ("500_after", 3),
        ("429", 9),
    ],
)
def test_one_row_for_each_lead_after_trouble(delivery, sandbox, add_lead, database, kind, times):
    sent = {add_lead().ref for _ in range(3)}
    sandbox.fault(kind, times)

    until_settled(delivery)

    assert sorted(refs(sandbox)) == sorted(sent)
    assert left(database) == 0


def test_trouble_while_asking_for_the_mark_guesses_nothing(delivery, sandbox, add_lead):
    add_lead()
    sandbox.fault("lost_answer")
    sandbox.fault("500", 3, match="/developerMetadata/")

    until_settled(delivery)

    assert len(refs(sandbox)) == 1


def test_an_unknown_outcome_is_settled_by_asking_not_by_sending_again(delivery, sandbox, add_lead):
    add_lead()
    sandbox.fault("lost_answer")
    writes = len(sandbox.calls(":batchUpdate"))

    until_settled(delivery)

    assert len(sandbox.calls(":batchUpdate")) - writes == 1


def test_a_late_copy_of_a_batch_is_refused_by_the_sheet_itself(
    delivery, sandbox, add_lead, database
):
    add_lead()
    with database.writing() as session:
        batch = claim(session, Topic.QUEUE_ROW, now=NOON)

    delivery._send(batch, NOON, time.monotonic())
    delivery._send(batch, NOON, time.monotonic())

    assert len(refs(sandbox)) == 1


def test_a_relay_that_was_stopped_for_long_sends_nothing_before_it_has_looked_again(
    delivery, sandbox, add_lead, database
):
    add_lead()
    writes = len(sandbox.calls(":batchUpdate"))

    stopped_for_long = replace(delivery, patience=0.0).step(NOON)

    assert stopped_for_long.problem == "The relay was stopped for a while; looking again."
    assert len(sandbox.calls(":batchUpdate")) == writes
    assert (refs(sandbox), left(database)) == ([], 1)
    until_settled(delivery, start=stopped_for_long.not_before)
    assert len(refs(sandbox)) == 1


def test_two_relays_at_once_make_one_row(database, sandbox, clinic, add_lead):
    for _ in range(5):
        add_lead()
    access = sandbox.access
    sheets = [GoogleSheet(access.credentials, access.spreadsheet_id) for _ in range(2)]
    relays = [Delivery(database, sheet, clinic, "test") for sheet in sheets]
    threads = [threading.Thread(target=until_settled, args=(one,)) for one in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refs(sandbox)) == len(set(refs(sandbox))) == 5


def test_a_row_that_staff_deleted_is_not_brought_back_by_a_second_try(delivery, sandbox, add_lead):
    add_lead()
    sandbox.fault("lost_answer")
    delivery.step(NOON)
    sandbox.staff("delete_rows", row=1)

    until_settled(delivery, start=NOON + timedelta(minutes=1))

    assert refs(sandbox) == []


def test_staff_may_move_columns_sort_insert_and_rename_in_between(delivery, sandbox, add_lead):
    first = add_lead(name="Ana")
    delivery.step(NOON)
    sandbox.staff("edit", row=1, column=16, value="call after five")
    sandbox.staff("move_column", column=16, to=0)
    sandbox.staff("insert_rows", row=1, count=2)
    sandbox.staff("rename_tab", title="Rückrufe")
    second = add_lead(name="Ben", now=NOON + timedelta(minutes=1))

    delivery.step(NOON + timedelta(minutes=2))
    sandbox.staff("rename_tab", tab="Rückrufe", title="Queue")
    rows = {row["Ref"]: row for row in sandbox.rows()}

    assert (rows[first.ref]["Name"], rows[first.ref]["Notes"]) == ("Ana", "call after five")
    assert (rows[second.ref]["Name"], rows[second.ref]["Notes"]) == ("Ben", "")


def test_another_installations_mark_under_our_number_is_no_proof(
    delivery, sandbox, add_lead, database
):
    add_lead()
    with database.writing() as session:
        batch = claim(session, Topic.QUEUE_ROW, now=NOON)
    other = Delivery(database, delivery.sheet, delivery.clinic, "other")
    delivery.sheet.add_rows([], other._mark(batch))

    until_settled(delivery)

    assert len(refs(sandbox)) == 1


def test_what_a_person_must_solve_waits_with_a_sentence_and_heals_by_itself(
    delivery, sandbox, add_lead, database, clinic
):
    add_lead()
    sandbox.staff("rename_tab", title="Old")
    state = sandbox.workbook
    kept = state.state["metadata"]
    state.change(lambda draft: draft.update(metadata=[]))

    progress = delivery.step(NOON)

    assert "intake sheet setup" in progress.problem
    assert progress.not_before == NOON + timedelta(minutes=1)
    assert left(database) == 1
    state.change(lambda draft: draft.update(metadata=kept))
    sandbox.staff("rename_tab", tab="Old", title="Queue")
    until_settled(delivery, start=NOON + timedelta(minutes=1))
    assert len(refs(sandbox)) == 1


def test_while_the_sheet_is_away_nothing_is_lost(delivery, sandbox, add_lead, database):
    add_lead()
    sandbox.stop()

    first = delivery.step(NOON)
    second = delivery.step(first.not_before)
    sandbox.start()
    add_lead()
    until_settled(delivery, start=second.not_before)

    assert "cannot be reached" in first.problem
    # It waits longer and longer
    assert second.not_before - first.not_before > first.not_before - NOON
    assert len(refs(sandbox)) == 2


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from intake.config import load_clinic
from intake.db import Database
from intake.sheet.sync import deliver
from intake.sheet.google.adapter import GoogleSheet

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

where, url, clinic, key, spreadsheet, now = sys.argv[1:]
sheet = GoogleSheet(Path(key), spreadsheet)
if where == "before the call":
    sheet.add_rows = die
else:
    deliver.settle = die
delivery = deliver.Delivery(Database(url), sheet, load_clinic(Path(clinic)), "test")
delivery.step(datetime.fromisoformat(now))
"""


@pytest.mark.parametrize("where", ["before the call", "between the call and the database"])
def test_a_relay_that_is_killed_leaves_one_row(delivery, sandbox, add_lead, database, where):
    add_lead()
    url = database.url.render_as_string(hide_password=False)
    access = sandbox.access
    arguments = [
        where,
        url,
        "clinic.toml",
        str(access.credentials),
        access.spreadsheet_id,
        NOON.isoformat(),
    ]

    ended = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False)
    until_settled(delivery, start=NOON + timedelta(minutes=1))

    assert ended.returncode == -signal.SIGKILL
    assert len(refs(sandbox)) == 1
    assert left(database) == 0


def test_a_batch_that_google_finds_too_large_is_sent_in_parts(
    delivery, sandbox, add_lead, database
):
    for name in "abcde":
        add_lead(name=name)
    send, sizes = delivery.sheet.add_rows, []

    def add_rows(insert, mark):
        size = insert[0]["insertDimension"]["range"]["endIndex"] - 1
        sizes.append(size)
        if size > 2:
            raise SheetTooLarge("too large")
        send(insert, mark)

    delivery.sheet.add_rows = add_rows
    until_settled(delivery)

    assert sizes == [5, 3, 2, 3, 2, 1]
    assert len(refs(sandbox)) == len(set(refs(sandbox))) == 5
    assert left(database) == 0


def test_a_row_that_google_refuses_is_set_aside_and_the_others_come(
    delivery, sandbox, add_lead, database, clinic
):
    for name in "abcd":
        add_lead(name=name)
    bad = add_lead(name="bad")
    send, is_wrong = delivery.sheet.add_rows, [True]

    def add_rows(insert, mark):
        if is_wrong and "'bad'" in str(insert):
            raise SheetRefused("Google refuses what was sent.")
        send(insert, mark)

    delivery.sheet.add_rows = add_rows
    settled = until_settled(delivery)

    assert sorted(row["Name"] for row in sandbox.rows()) == ["a", "b", "c", "d"]
    with database.reading() as session:
        state = backlog(session, clinic.key)
    assert (state.waiting, state.problem_since is not None) == (1, True)
    assert bad.ref in state.problem
    is_wrong.clear()
    until_settled(delivery, start=settled + timedelta(minutes=1))
    assert sorted(row["Name"] for row in sandbox.rows()) == ["a", "b", "bad", "c", "d"]
    with database.reading() as session:
        assert backlog(session, clinic.key).problem is None


def fill_up(google, *, leave):
    """Let the spreadsheet's other tab grow until there is room for *leave* more cells."""
    others = sum(
        tab["gridProperties"]["rowCount"] * tab["gridProperties"]["columnCount"]
        for tab in google.tabs().values()
        if tab["title"] != "Sheet1"
    )
    resize(google, 10_000_000 - others - leave)


def resize(google, rows):
    grid = {"rowCount": rows, "columnCount": 1}
    properties = {"sheetId": google.tabs()["Sheet1"]["sheetId"], "gridProperties": grid}
    google.apply(
        [{"updateSheetProperties": {"properties": properties, "fields": "gridProperties"}}]
    )


@pytest.mark.parametrize("requests", [1, 3])
def test_a_full_spreadsheet_blames_no_row_and_takes_what_waits_as_soon_as_there_is_room(
    delivery, google, sandbox, add_lead, database, clinic, requests
):
    for name in "abc"[:requests]:
        add_lead(name=name)
    fill_up(google, leave=5)

    progress = delivery.step(NOON)

    assert "10000000 cells" in progress.problem  # Google's own sentence
    assert progress.not_before - NOON < timedelta(minutes=1)
    with database.reading() as session:
        assert backlog(session, clinic.key).waiting == requests
        assert (
            session.scalars(
                select(OutboxEntry.problem).where(OutboxEntry.problem.is_not(None))
            ).all()
            == []
        )
    resize(google, 10)
    assert delivery.step(progress.not_before).done == requests
    assert len(refs(sandbox)) == requests


@pytest.mark.parametrize("reason", ["No room of any kind.", "Limit reached."])
def test_a_refusal_that_no_sentence_of_ours_knows_is_tried_on_an_empty_row(
    delivery, google, sandbox, add_lead, database, clinic, reason
):
    add_lead()
    refusal = SheetRefused("Google refuses what was sent.")
    refusal.said = reason
    apply = google.apply

    def refuse(changes):
        if any("insertDimension" in one for one in changes):
            raise refusal
        apply(changes)

    google.apply = refuse
    progress = delivery.step(NOON)
    while progress.problem is None:
        progress = delivery.step(progress.not_before)

    assert reason in progress.problem
    with database.reading() as session:
        assert (
            session.scalars(
                select(OutboxEntry.problem).where(OutboxEntry.problem.is_not(None))
            ).all()
            == []
        )
    google.apply = apply
    assert delivery.step(progress.not_before).done == 1


def test_googles_words_are_kept_back_where_they_quote_a_patient(
    delivery, sandbox, add_lead, database
):
    add_lead(name="Gwendolyn Ash")
    send = delivery.sheet.add_rows

    def add_rows(insert, mark):
        if insert:
            error = SheetRefused("Google refuses what was sent.")
            error.said = "Invalid value: GWENDOLYN Ash"
            raise error
        send(insert, mark)

    delivery.sheet.add_rows = add_rows
    until_settled(delivery)

    with database.reading() as session:
        problem = session.scalars(select(OutboxEntry.problem)).one()
    assert "Google refuses what was sent." in problem
    assert "gwendolyn" not in problem.casefold()


def test_where_everything_is_refused_no_row_is_blamed(delivery, sandbox, add_lead, database):
    add_lead()

    def refuse(insert, mark):
        raise SheetRefused("Google refuses what was sent.")

    delivery.sheet.add_rows = refuse

    assert delivery.step(NOON).problem == "Google refuses what was sent."
    assert left(database) == 1


def test_waiting_doubles_with_jitter_and_honours_what_google_asks_for():
    waits = [
        wait_for_next_try(AnswerLost("x"), attempts, 1.0).total_seconds() for attempts in range(12)
    ]

    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 300
    assert wait_for_next_try(AnswerLost("x"), 3, 0.0).total_seconds() == 4
    assert wait_for_next_try(SheetBusy("x", 90), 0, 1.0).total_seconds() == 90
    assert wait_for_next_try(SheetNotShared("x"), 0, 1.0).total_seconds() == 60


def test_old_marks_are_taken_out_before_they_fill_the_spreadsheet(
    delivery, sandbox, database, google
):
    long_ago = NOON - REST - timedelta(minutes=1)
    with database.writing() as session:
        for _ in range(AT_ONCE):
            session.add(
                Batch(
                    topic=Topic.QUEUE_ROW,
                    mark=new_mark(),
                    begun_at=long_ago,
                    due_at=long_ago,
                    delivered_at=long_ago,
                )
            )
        fresh = Batch(
            topic=Topic.QUEUE_ROW, mark=new_mark(), begun_at=NOON, due_at=NOON, delivered_at=NOON
        )
        session.add(fresh)
        session.flush()
        some = [*session.scalars(select(Batch).limit(3)), fresh]
    for batch in some:
        google.add_rows([], delivery._mark(batch))

    remove_old_marks(database, google, NOON)

    assert list(google.marks()) == [fresh.mark]
    assert remove_old_marks(database, google, NOON).not_before is None


def test_the_loop_delivers_until_it_is_told_to_stop(delivery, sandbox, add_lead, database, clock):
    add_lead()
    stop = threading.Event()

    def step(now):
        progress = delivery.step(now)
        if not left(database):
            stop.set()
        return progress

    loop = relay.Loop("sheet", {"deliver": step}, Holder(database, "sheet"))
    relay.run(loop, clock=clock, stop=stop, poll=0.01)

    assert len(refs(sandbox)) == 1


def test_the_loop_outlives_whatever_a_step_raises(page_database, clock, caplog):
    stop, tries = threading.Event(), []

    def step(now):
        tries.append(now)
        clock.now += timedelta(seconds=6)
        if len(tries) == 2:
            stop.set()
        raise RuntimeError("Ana 416 555 0123")

    loop = relay.Loop("sheet", {"deliver": step}, Holder(page_database, "sheet"))
    relay.run(loop, clock=clock, stop=stop, poll=0.001)

    assert len(tries) == 2
    assert "RuntimeError" in str([vars(record) for record in caplog.records])
    assert "Ana" not in str([vars(record) for record in caplog.records])


def test_a_step_that_wants_a_very_long_rest_gets_one(clock):
    stop, tries, rounds = threading.Event(), [], []

    def step(now):
        tries.append(now)
        return Progress(not_before=now + timedelta(hours=1))

    def count(now):
        rounds.append(now)
        clock.now += timedelta(minutes=1)
        if len(rounds) == 10:
            stop.set()
        return Progress()

    loop = relay.Loop("sheet", {"rest": step, "count": count}, Alone())
    relay.run(loop, clock=clock, stop=stop, poll=0.001)

    assert len(tries) == 1


def test_an_entry_is_a_reference_and_holds_nothing_of_the_person():
    assert set(OutboxEntry.__table__.columns.keys()) == {
        "id",
        "topic",
        "lead_id",
        "asked_at",
        "due_at",
        "batch_id",
        "delivered_at",
        "attempts",
        "begun_at",
        "problem",
    }
