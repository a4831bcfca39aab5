"""Requests that wait together are stored together, and each becomes what it would become if they
came in turn.
"""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from intake.callback.abuse import FormBehaviour, Sign
from intake.callback.draft import ShownForm, Submission, draft
from intake.callback.earlier_requests import LEAST
from intake.callback.history import History
from intake.callback.outcome import LimitReached, Taken
from intake.callback.submit import submit_together
from intake.consent.events import ShownStatements
from intake.consent.record import Circumstances
from intake.consent.suppression import suppress, suppressed
from intake.limits import MOST_A_DAY, REQUESTS, STAMP
from intake.models import (
    ConsentEvent,
    ConsentOpening,
    Decision,
    Lead,
    OutboxEntry,
    Purpose,
    RateCounter,
    Topic,
)
from tests.factories import ADDRESS_KEY, NOON, answers, many_leads, shown
from tests.house.test_statements import statements

BY_HAND = FormBehaviour("", None)
BY_A_MACHINE = FormBehaviour("https://buy.example", None)
HERE = Circumstances(network="203.0.113.0/24", network_hash="h", browser="Firefox")
SECOND = timedelta(seconds=1)


@pytest.fixture
def asked(session, clinic):
    """`asked(phone=..., nonce=...)` is the draft of a request that came at noon, with a number of
    its own.
    """
    numbers = count(200)

    def make(*, nonce=None, form=None, now=NOON, manner=None, where=None, **changes):
        changes.setdefault("phone", f"647 555 {next(numbers):04}")
        form = form or shown(session, clinic, nonce=nonce)
        submission = Submission(answers(**changes), form, now, where, manner)
        return draft(submission, clinic=clinic, address_key=ADDRESS_KEY)

    return make


@pytest.fixture
def store(session, clinic):
    """`store(*drafts)` stores them in one transaction, and returns what became of each."""
    return lambda *drafts: submit_together(session, drafts, clinic=clinic, address_key=ADDRESS_KEY)


def leads(session):
    return session.scalars(select(Lead).order_by(Lead.id)).all()


def times(session, limit):
    return session.scalars(select(RateCounter.times).where(RateCounter.name == limit.name)).all()


def test_each_is_told_what_became_of_its_own_request(session, asked, store):
    names = ["Ana", "Ben", "Cleo", "Ben"]
    drafts = [asked(name=name, phone="416 555 0123") for name in names]

    outcomes = store(*drafts)

    assert [session.get_one(Lead, one.lead_id).name for one in outcomes] == names
    assert [session.get_one(Lead, one.lead_id).token for one in outcomes] == [
        one.token for one in outcomes
    ]
    assert outcomes[1] == outcomes[3], "Ben sent twice"
    assert len(leads(session)) == 3


@pytest.mark.parametrize(
    "nonces", [("one", "one"), ("one", "two")], ids=["the same form", "a form fetched anew"]
)
def test_two_halves_of_a_double_click_are_one_request_and_count_once(session, asked, store, nonces):
    halves = [
        asked(phone="416 555 0123", nonce=nonce, manner=BY_HAND, where=HERE) for nonce in nonces
    ]

    first, second = store(*halves)

    assert first == second
    assert len(leads(session)) == 1
    assert session.scalars(select(OutboxEntry.topic)).all() == [Topic.QUEUE_ROW]
    assert times(session, REQUESTS) == [1]
    assert sum(times(session, STAMP)) == 1


def test_of_several_with_one_number_each_meets_the_one_before_it(session, asked, store):
    outcomes = store(
        *(asked(name=name, phone="416 555 0123") for name in ("Ana", "Ben", "Ben", "Ana"))
    )

    assert [outcomes.index(one) for one in outcomes] == [0, 1, 1, 0]
    assert [one.name for one in leads(session)] == ["Ana", "Ben"]


def test_agreeing_a_second_time_with_another_number_is_told_as_again(session, asked, store):
    first, second = store(*(asked(agreed_to={Purpose.NEWS}) for _ in range(2)))

    told = select(ConsentEvent.lead_id, ConsentEvent.decision).where(
        ConsentEvent.purpose == Purpose.NEWS, ConsentEvent.decision != Decision.SHOWN
    )
    assert dict(session.execute(told).all()) == {
        first.lead_id: Decision.GIVEN,
        second.lead_id: Decision.RENEWED,
    }


def test_one_address_gets_no_more_mails_from_those_who_come_together(session, asked, store):
    store(*(asked(email="ana@example.com") for _ in range(MOST_A_DAY + 1)))

    sent = session.scalars(
        select(OutboxEntry.delivered_at)
        .where(OutboxEntry.topic == Topic.ACKNOWLEDGEMENT)
        .order_by(OutboxEntry.lead_id)
    ).all()
    assert sent == [None] * MOST_A_DAY + [NOON], "the last one is not to be sent"


def test_those_without_an_address_take_as_many_statements_as_one(database, asked, store):
    said = []
    for drafts in ([asked()], [asked() for _ in range(5)]):
        with statements(database) as some:
            store(*drafts)
        said.append(len(some))

    assert said[0] == said[1]


def test_the_limit_is_used_up_by_those_who_came_first_and_what_is_refused_does_not_count(
    session, asked, store
):
    store(*(asked(manner=BY_HAND, where=HERE) for _ in range(REQUESTS.times - 1)))

    outcomes = store(*(asked(manner=BY_HAND, where=HERE) for _ in range(3)))

    assert [type(one) for one in outcomes] == [Taken, LimitReached, LimitReached]
    assert outcomes[1].limit is REQUESTS
    assert len(leads(session)) == times(session, REQUESTS)[0] == REQUESTS.times


def test_who_comes_after_the_span_of_a_limit_is_let_through_also_beside_one_who_came_within_it(
    session, asked, store
):
    store(*(asked(manner=BY_HAND, where=HERE) for _ in range(REQUESTS.times)))
    over = NOON + REQUESTS.within

    (within,) = store(asked(manner=BY_HAND, where=HERE, now=over - SECOND))
    later = store(*(asked(manner=BY_HAND, where=HERE, now=now) for now in (over - SECOND, over)))

    assert [type(one) for one in (within, *later)] == [LimitReached, Taken, Taken]


@pytest.mark.parametrize(
    ("first", "signs"),
    [
        (BY_HAND, [None, Sign.BURST, Sign.BURST, Sign.BURST]),
        # What is held for its own sake makes no burst
        (
            BY_A_MACHINE,
            [Sign.TRAP, None, Sign.BURST, Sign.BURST],
        ),
        (None, [None, Sign.BURST, Sign.BURST, Sign.BURST]),
    ],
)
def test_those_before_in_the_same_transaction_are_counted_towards_a_burst(
    session, clinic, asked, store, first, signs
):
    many_leads(session, clinic, LEAST - 1)

    outcomes = store(asked(manner=first), *(asked(manner=BY_HAND) for _ in range(3)))

    assert [session.get_one(Lead, one.lead_id).hold_reason for one in outcomes] == signs


def test_what_is_held_enters_no_queue_and_the_one_beside_it_does(session, asked, store):
    _, patient = store(asked(manner=BY_A_MACHINE, email="x@example.com"), asked(manner=BY_HAND))

    assert session.execute(select(OutboxEntry.lead_id, OutboxEntry.topic)).all() == [
        (patient.lead_id, Topic.QUEUE_ROW)
    ]


def test_what_is_held_stays_held_where_the_person_agreed_before(session, asked, store):
    store(asked(agreed_to={Purpose.NEWS}))

    held, patient = store(
        asked(manner=BY_A_MACHINE, agreed_to={Purpose.NEWS}), asked(manner=BY_HAND)
    )

    assert [session.get_one(Lead, one.lead_id).hold_reason for one in (held, patient)] == [
        Sign.TRAP,
        None,
    ]


def test_a_reference_that_is_taken_is_drawn_anew_and_everything_else_is_as_it_was(
    session, asked, store, monkeypatch
):
    (earlier,) = store(asked(agreed_to={Purpose.NEWS}))
    taken = session.get_one(Lead, earlier.lead_id).ref
    refs = iter([taken, "OTHER-1", "OTHER-2"])
    monkeypatch.setattr("intake.callback.draft.new_reference", lambda: next(refs))
    unlucky = asked(manner=BY_A_MACHINE, phone="416 555 0123")
    lucky = asked(manner=BY_HAND)
    monkeypatch.setattr("intake.callback.draft.new_reference", lambda: "OTHER-3")

    outcomes = store(unlucky, lucky)

    stored = [session.get_one(Lead, one.lead_id) for one in outcomes]
    assert [(one.ref, one.phone[-4:], one.hold_reason) for one in stored] == [
        ("OTHER-3", "0123", Sign.TRAP),
        ("OTHER-1", lucky.lead.phone[-4:], None),
    ]
    assert len(leads(session)) == 3
    assert {event.lead_id for event in session.scalars(select(ConsentEvent))} == {
        one.id for one in leads(session)
    }
    assert sorted(times(session, STAMP)) == [1, 1]


def test_the_half_of_a_double_click_that_is_found_at_the_last_moment_does_not_count(
    session, asked, store, monkeypatch
):
    (first,) = store(asked(phone="416 555 0123", nonce="one", manner=BY_HAND, where=HERE))
    # It looked before the first half was committed
    monkeypatch.setattr(History, "asked_lately", lambda *_: False)
    second = asked(phone="416 555 0123", nonce="one", manner=BY_HAND, where=HERE)

    assert store(second, asked(manner=BY_HAND, where=HERE))[0] == first

    assert times(session, REQUESTS) == [2]
    assert sorted(times(session, STAMP)) == [1, 1]


def test_a_form_that_asks_nothing_opens_nothing(session, asked, store):
    store(asked(form=ShownForm("nonce", ShownStatements((), "/"), "en")))

    assert session.scalar(select(func.count()).select_from(ConsentEvent)) == 0
    assert session.scalar(select(func.count()).select_from(ConsentOpening)) == 0


def test_the_list_is_lifted_for_what_was_ticked_and_for_nobody_elses_address(session, asked, store):
    earlier = [
        session.get_one(Lead, one.lead_id)
        for one in store(asked(email="ana@example.com"), asked(email="ben@example.com"))
    ]
    for one in earlier:
        suppress(session, one, {Purpose.REMINDERS, Purpose.NEWS}, now=NOON)
    session.flush()

    store(
        asked(email="ana@example.com", agreed_to={Purpose.REMINDERS}),
        asked(email="cleo@example.com", agreed_to={Purpose.REMINDERS}),
        asked(email="ben@example.com"),
    )

    assert [suppressed(session, one) for one in earlier] == [
        {Purpose.NEWS},
        {Purpose.REMINDERS, Purpose.NEWS},
    ]
