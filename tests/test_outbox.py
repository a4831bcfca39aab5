"""What is to be done outside: found when it is due, taken by one worker at a time, settled once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from intake.models import Batch, Lead, OutboxEntry, Topic
from intake.outbox import (
    LARGEST_MARK,
    LONGEST_AHEAD,
    claim,
    due_entries,
    enqueue,
    entries_of,
    is_due,
    new_mark,
    open_batch,
    problem_of,
    put_off,
    settle,
    settle_one,
    settle_untried,
    take_one,
    waiting,
)
from tests.conftest import NOON
from tests.engines import ONLY_POSTGRESQL
from tests.factories import Factory

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)
MAIL = (Topic.ACKNOWLEDGEMENT, Topic.LINK)


@pytest.fixture
def ask(session, lead):
    """`ask(Topic.LINK, due=NOON)` puts an entry in, for a lead of its own; returns its id."""

    def put_in(topic=Topic.QUEUE_ROW, *, due=NOON, for_lead=None):
        asked = for_lead or lead(email=None)
        session.flush()
        if for_lead is None:
            session.execute(delete(OutboxEntry).where(OutboxEntry.lead_id == asked.id))
        entry = enqueue(session, topic, asked.id, now=due)
        session.flush()
        return entry.id

    return put_in


def ids(entries):
    return [entry.id for entry in entries]


def stored(session, entry_id):
    return session.get_one(OutboxEntry, entry_id, populate_existing=True)


def test_an_entry_waits_from_the_moment_it_is_put_in(session, ask):
    entry = ask(due=NOON)

    assert ids(due_entries(session, Topic.QUEUE_ROW, now=NOON)) == [entry]
    assert waiting(session, Topic.QUEUE_ROW) == (1, NOON)
    assert (stored(session, entry).batch_id, stored(session, entry).attempts) == (None, 0)


def test_what_is_due_comes_oldest_first_and_in_its_order(session, ask):
    second, first, third = ask(due=NOON), ask(due=NOON - SECOND), ask(due=NOON)

    assert ids(due_entries(session, Topic.QUEUE_ROW, now=NOON)) == [first, second, third]
    assert ids(due_entries(session, Topic.QUEUE_ROW, now=NOON, limit=2)) == [first, second]


def test_only_what_is_asked_for_is_found(session, ask):
    ask(Topic.LINK)
    row, other = ask(), ask()

    only = OutboxEntry.id != other

    assert ids(due_entries(session, Topic.QUEUE_ROW, now=NOON, only=only)) == [row]
    assert waiting(session, Topic.QUEUE_ROW, only) == (1, NOON)
    assert claim(session, Topic.REMOVE_ROW, now=NOON) is None


@pytest.mark.parametrize(
    ("ahead", "due"),
    [
        (-SECOND, True),
        (timedelta(), True),
        (SECOND, False),
        (LONGEST_AHEAD, False),
        (LONGEST_AHEAD + SECOND, True),
    ],
)
def test_what_is_put_off_waits_unless_the_clock_was_set_back_since(session, ask, ahead, due):
    """Nothing is put off for longer than a quarter of an hour: what claims to be was written by a
    clock ahead.
    """
    entry = ask(due=NOON + ahead)

    assert is_due(NOON + ahead, NOON) is due
    assert ids(due_entries(session, Topic.QUEUE_ROW, now=NOON)) == [entry] * due


def test_a_batch_takes_what_is_due_and_nobody_else_takes_it_again(session, ask):
    entries = [ask(), ask()]
    later = ask(due=NOON + SECOND)

    batch = claim(session, Topic.QUEUE_ROW, now=NOON)

    assert (batch.begun_at, batch.due_at, batch.attempts, batch.delivered_at) == (
        NOON,
        NOON,
        0,
        None,
    )
    assert ids(entries_of(session, batch.id)) == entries
    assert claim(session, Topic.QUEUE_ROW, now=NOON) is None
    assert open_batch(session, Topic.QUEUE_ROW) is batch
    assert open_batch(session, Topic.REMOVE_ROW) is None
    assert waiting(session, Topic.QUEUE_ROW)[0] == 3, (
        "what is being sent waits until it was seen outside"
    )
    second = claim(session, Topic.QUEUE_ROW, now=NOON + SECOND)
    assert ids(entries_of(session, second.id)) == [later]
    assert open_batch(session, Topic.QUEUE_ROW) is batch, "the oldest first"


def test_a_batch_is_no_larger_than_asked_for(session, ask):
    entries = [ask() for _ in range(3)]

    batch = claim(session, Topic.QUEUE_ROW, now=NOON, limit=2)

    assert ids(entries_of(session, batch.id)) == entries[:2]


def test_marks_are_positive_and_fit_what_google_takes(monkeypatch):
    for drawn in (0, LARGEST_MARK - 1):
        monkeypatch.setattr("secrets.randbelow", lambda below, drawn=drawn: min(drawn, below - 1))
        assert new_mark() == drawn + 1
    assert LARGEST_MARK == 2**31 - 1


def test_a_batch_is_settled_once_with_its_entries_and_no_others(session, ask):
    entry = ask()
    batch = claim(session, Topic.QUEUE_ROW, now=NOON)
    batch.problem = "Google was busy."
    other = ask()

    first, second = settle(session, batch.id, now=NOON), settle(session, batch.id, now=LATER)

    assert (first, second) == (True, False)
    session.refresh(batch)
    assert (batch.delivered_at, batch.problem) == (NOON, None), (
        "the one who came second changed nothing"
    )
    assert (stored(session, entry).delivered_at, stored(session, other).delivered_at) == (
        NOON,
        None,
    )
    assert (open_batch(session, Topic.QUEUE_ROW), ids(entries_of(session, batch.id))) == (None, [])
    assert waiting(session, Topic.QUEUE_ROW) == (1, NOON)


def stored_entry(database, clinic):
    """An entry that was committed, alone; returns its id and its batch's."""
    with database.writing() as session:
        lead = Factory(session, clinic)()
        session.flush()
        batch = claim(session, Topic.QUEUE_ROW, now=NOON)
        session.flush()
        return entries_of(session, batch.id)[0].id, batch.id, lead.id


@pytest.mark.parametrize("which", ["a batch", "an entry"])
def test_of_two_who_settle_at_the_same_moment_one_has_done_it(database, clinic, which):
    entry, batch, _ = stored_entry(database, clinic)
    act, what = (settle, batch) if which == "a batch" else (settle_one, entry)

    def second():
        with database.writing() as session:
            return act(session, what, now=LATER)

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as session:
            won = act(session, what, now=NOON)
            other = pool.submit(second)
        assert (won, other.result()) == (True, False)

    with database.reading() as session:
        table = Batch if which == "a batch" else OutboxEntry
        assert session.get_one(table, what).delivered_at == NOON


@ONLY_POSTGRESQL  # SQLite has one writer: the second waits, and finds nothing left
def test_what_another_worker_holds_is_passed_over(database, clinic):
    with database.writing() as session:
        first, second = (Factory(session, clinic)(email="ana@example.com").id for _ in range(2))

    with database.writing() as one, database.writing() as other:
        held = due_entries(one, Topic.QUEUE_ROW, now=NOON, limit=1)
        assert [entry.lead_id for entry in held] == [first]
        assert [entry.lead_id for entry in due_entries(other, Topic.QUEUE_ROW, now=NOON)] == [
            second
        ]
        mails = [take_one(each, MAIL, clinic.key, now=NOON, hold=MINUTE) for each in (one, other)]
        assert [mail.lead_id for mail in mails] == [first, second]


def test_who_takes_one_keeps_it_from_others_for_a_while(session, ask, clinic):
    entry = ask(Topic.LINK)

    taken = take_one(session, MAIL, clinic.key, now=NOON, hold=10 * MINUTE)

    assert (taken.id, taken.begun_at, taken.due_at, taken.attempts) == (
        entry,
        NOON,
        NOON + 10 * MINUTE,
        1,
    )
    assert take_one(session, MAIL, clinic.key, now=NOON + 10 * MINUTE - SECOND, hold=MINUTE) is None
    again = take_one(session, MAIL, clinic.key, now=NOON + 10 * MINUTE, hold=MINUTE)
    assert (again.id, again.attempts) == (entry, 2), "the one who held it died"


def test_one_is_taken_of_ones_own_clinic_and_topics_the_oldest_first(session, ask, lead, clinic):
    ask(Topic.QUEUE_ROW, due=NOON - MINUTE)
    elsewhere = lead(email=None)
    elsewhere.clinic = "elsewhere"
    session.flush()
    session.execute(delete(OutboxEntry).where(OutboxEntry.lead_id == elsewhere.id))
    ask(Topic.LINK, due=NOON - MINUTE, for_lead=elsewhere)
    newer, older = ask(Topic.LINK, due=NOON), ask(Topic.ACKNOWLEDGEMENT, due=NOON - SECOND)

    taken = [take_one(session, MAIL, clinic.key, now=NOON, hold=MINUTE) for _ in range(3)]

    assert [one and one.id for one in taken] == [older, newer, None]


def test_what_is_put_off_keeps_what_stood_in_the_way_and_what_is_settled_stays_so(session, ask):
    entry, settled = ask(Topic.LINK), ask(Topic.LINK)
    settle_one(session, settled, now=NOON)

    for each in (entry, settled):
        put_off(session, each, NOON + MINUTE, "The server is away.")

    assert (stored(session, entry).due_at, stored(session, entry).problem) == (
        NOON + MINUTE,
        "The server is away.",
    )
    assert (stored(session, settled).due_at, stored(session, settled).problem) == (NOON, None)
    assert ids(due_entries(session, Topic.LINK, now=NOON)) == []
    assert ids(due_entries(session, Topic.LINK, now=NOON + MINUTE)) == [entry]


def test_one_is_settled_once_with_the_first_ones_problem(session, ask):
    entry = ask(Topic.LINK)

    first = settle_one(session, entry, now=NOON, problem="Refused.")
    second = settle_one(session, entry, now=LATER)

    assert (first, second) == (True, False)
    assert (stored(session, entry).delivered_at, stored(session, entry).problem) == (
        NOON,
        "Refused.",
    )
    assert waiting(session, Topic.LINK) == (0, None)


def test_what_waits_since_long_is_ended_untried_and_the_rest_is_left(session, ask, lead, clinic):
    old, new = ask(Topic.LINK, due=NOON - SECOND), ask(Topic.LINK, due=NOON)
    row, done = ask(due=NOON - SECOND), ask(Topic.LINK, due=NOON - SECOND)
    settle_one(session, done, now=NOON - MINUTE)
    elsewhere = lead(email=None)
    elsewhere.clinic = "elsewhere"
    session.flush()
    other = ask(Topic.LINK, due=NOON - SECOND, for_lead=elsewhere)

    ended = settle_untried(session, MAIL, clinic.key, before=NOON, now=LATER, problem="No server.")

    assert ended == 1
    assert (stored(session, old).delivered_at, stored(session, old).problem) == (
        LATER,
        "No server.",
    )
    assert stored(session, done).delivered_at == NOON - MINUTE
    assert [stored(session, each).delivered_at for each in (new, row, other)] == [None] * 3


def test_the_problem_of_the_oldest_is_told_with_its_time(session, ask):
    ask(Topic.LINK)
    assert problem_of(session, Topic.LINK) is None
    settled, tried, untried = ask(Topic.LINK), ask(Topic.LINK), ask(Topic.LINK, due=NOON - MINUTE)
    for each, words in ((settled, "over"), (tried, "The server is away."), (untried, "newer")):
        put_off(session, each, NOON + MINUTE, words)
    settle_one(session, settled, now=NOON)
    stored(session, tried).begun_at = NOON - SECOND

    assert problem_of(session, Topic.LINK).words == "The server is away."
    assert problem_of(session, Topic.LINK).since == NOON - SECOND
    assert problem_of(session, Topic.QUEUE_ROW) is None
    settle_one(session, tried, now=NOON)
    assert (problem_of(session, Topic.LINK).words, problem_of(session, Topic.LINK).since) == (
        "newer",
        NOON - MINUTE,
    )


def test_an_entry_holds_nothing_of_the_person(session, lead):
    ana = lead(name="Ana", email="ana@example.com")
    session.flush()

    entries = session.scalars(select(OutboxEntry).where(OutboxEntry.lead_id == ana.id)).all()

    said = " ".join(
        str(getattr(entry, column.key))
        for entry in entries
        for column in OutboxEntry.__table__.columns
    )
    assert len(entries) == 2
    assert not [word for word in (ana.name, ana.email, ana.phone) if word in said]
    assert session.get_one(Lead, ana.id) is entries[0].lead
