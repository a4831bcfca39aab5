from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from intake.callback.history import History
from intake.consent.publishing import publish
from intake.contacts import address_hash, folded
from intake.models import ConsentEvent, ConsentOpening, Decision, Lead, OutboxEntry, Purpose, Topic
from intake.outbox import due_entries
from tests.engines import ONLY_POSTGRESQL
from tests.factories import ADDRESS_KEY, NOON, answers, asking_by_submitting, shown, submit_callback

submit = partial(submit_callback, address_key=ADDRESS_KEY)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_request_is_stored_with_its_consent_and_its_outbox_entry(session, clinic, lead):
    ana = lead(agreed_to={Purpose.REMINDERS}, phone="(416) 555-0123 x9")

    assert (ana.phone, ana.phone_extension, ana.phone_typed) == (
        "+14165550123",
        "9",
        "(416) 555-0123 x9",
    )
    # An hour, and the half hour of the noon break
    assert ana.call_by == NOON + timedelta(minutes=90)
    assert [entry.lead_id for entry in due_entries(session, Topic.QUEUE_ROW, now=NOON)] == [ana.id]
    assert {
        event.purpose: event.decision
        for event in ana.consent_events
        if event.decision is not Decision.SHOWN
    } == {
        Purpose.REMINDERS: Decision.GIVEN,
        Purpose.CARE: Decision.REFUSED,
        Purpose.NEWS: Decision.REFUSED,
    }


GIVEN: dict[str, Any] = {
    "name": "Ana O’Neil-Đặng",
    "email": "Ana@example.com",
    "consult_with": "chiropractor",
    "consult_by": "video",
    "best_time": "evening",
    "call_language": "fr",
    "voicemail_ok": True,
    "services": ["massage"],
    "body_areas": ["knee", "back"],
    "what_hurts": "the left knee",
}
"""Another value for each answer than the form has before anybody chose."""


def test_every_answer_is_stored_as_it_was_given(session, clinic):
    form = shown(session, clinic, language="fr")

    ana = submit(
        session, answers(phone="(416) 555-0123 x9", **GIVEN), form, clinic=clinic, now=NOON
    )

    assert {name: getattr(ana, name) for name in GIVEN} == GIVEN
    assert (ana.clinic, ana.form_language, ana.received_at, ana.hold_reason) == (
        "riverside",
        "fr",
        NOON,
        None,
    )
    assert (ana.name_folded, ana.email_hash) == (
        folded(ana.name),
        address_hash(ADDRESS_KEY, "ana@example.com"),
    )
    assert (len(ana.salt), len(ana.consent_key), len(ana.submission)) == (32, 32, 32)
    assert len(ana.token) >= 43  # 32 random bytes
    opened = session.scalars(select(ConsentOpening)).all()
    assert [one.leaf for one in opened] == [ana.bound_leaf]
    assert {event.leaf for event in ana.consent_events} == {ana.bound_leaf}


@pytest.mark.parametrize(
    ("changes", "topics"),
    [
        ({}, [Topic.QUEUE_ROW]),
        ({"email": "ana@example.com"}, [Topic.QUEUE_ROW, Topic.ACKNOWLEDGEMENT]),
    ],
)
def test_a_row_in_the_queue_and_a_mail_to_who_gave_an_address_are_asked_for_at_once(
    session, clinic, changes, topics
):
    ana = submit(session, answers(**changes), shown(session, clinic), clinic=clinic, now=NOON)

    asked = session.scalars(select(OutboxEntry).order_by(OutboxEntry.id)).all()
    assert [
        (
            one.lead_id,
            one.topic,
            one.asked_at,
            one.due_at,
            one.delivered_at,
            one.problem,
            one.attempts,
        )
        for one in asked
    ] == [(ana.id, topic, NOON, NOON, None, None, 0) for topic in topics]


def test_two_requests_have_no_secret_in_common(session, clinic):
    ana, ben = (
        submit(session, answers(phone=phone), shown(session, clinic), clinic=clinic, now=NOON)
        for phone in ("416 555 0123", "416 555 0124")
    )

    for name in ("ref", "token", "submission", "salt", "consent_key", "bound_leaf"):
        assert getattr(ana, name) != getattr(ben, name), name


@pytest.mark.parametrize(
    ("email", "decision"), [("ana@example.com", Decision.GIVEN), (None, Decision.REFUSED)]
)
def test_submitting_is_agreement_only_with_an_address_to_write_to(session, clinic, email, decision):
    by_submitting = asking_by_submitting(clinic)
    publish(session, by_submitting, now=NOON)

    ana = submit(
        session, answers(email=email), shown(session, clinic), clinic=by_submitting, now=NOON
    )

    told = {event.decision for event in ana.consent_events if event.decision is not Decision.SHOWN}
    assert told == {decision}


def test_sending_the_same_form_twice_finds_the_first_request(session, clinic):
    form = shown(session, clinic, nonce="one")

    first = submit(session, answers(), form, clinic=clinic, now=NOON)
    second = submit(session, answers(), form, clinic=clinic, now=NOON + timedelta(minutes=3))

    assert second.id == first.id
    assert (count(session, Lead), count(session, OutboxEntry), count(session, ConsentEvent)) == (
        1,
        1,
        6,
    )


def test_the_same_answers_from_a_form_fetched_anew_are_the_same_request_for_a_while(
    session, clinic
):
    ask = answers(agreed_to={Purpose.NEWS})

    first = submit(session, ask, shown(session, clinic), clinic=clinic, now=NOON)
    soon = submit(
        session, ask, shown(session, clinic), clinic=clinic, now=NOON + timedelta(minutes=14)
    )
    other = submit(
        session, answers(), shown(session, clinic), clinic=clinic, now=NOON + timedelta(minutes=10)
    )
    later = submit(
        session, ask, shown(session, clinic), clinic=clinic, now=NOON + timedelta(minutes=16)
    )

    assert soon.id == first.id
    assert len({first.id, other.id, later.id}) == 3


@pytest.mark.parametrize(("others", "is_same"), [(9, True), (10, False)])
def test_the_same_answers_are_looked_for_among_the_last_ten_requests_for_the_number(
    session, clinic, others, is_same
):
    ask = partial(submit, session, clinic=clinic)
    first = ask(answers(), shown(session, clinic), now=NOON)
    for number in range(others):
        ask(answers(name=f"Ben {number}"), shown(session, clinic), now=NOON)

    again = ask(answers(), shown(session, clinic), now=NOON)

    assert (again.id == first.id) is is_same


def test_requests_for_other_numbers_hide_no_earlier_one(session, clinic, lead):
    first = submit(session, answers(), shown(session, clinic), clinic=clinic, now=NOON)
    for _ in range(10):
        lead()

    assert (
        submit(session, answers(), shown(session, clinic), clinic=clinic, now=NOON).id == first.id
    )


def test_the_same_answers_at_another_clinic_are_another_request(session, clinic, lead):
    elsewhere = lead(phone="416 555 0123")
    elsewhere.clinic = "elsewhere"
    # So that somebody asked for this number lately here as well
    lead(phone="416 555 0123", name="Ben")

    assert lead(phone="416 555 0123").id != elsewhere.id


def test_the_same_form_finds_its_request_though_staff_corrected_an_answer_since(session, clinic):
    form = shown(session, clinic, nonce="one")

    first = submit(session, answers(), form, clinic=clinic, now=NOON)
    first.name = "Anna O’Neil-Đặng"
    session.flush()
    again = submit(session, answers(), form, clinic=clinic, now=NOON + timedelta(minutes=3))

    assert (again.id, count(session, Lead), count(session, OutboxEntry)) == (first.id, 1, 1)


def test_a_correction_after_going_back_is_a_request_of_its_own(session, clinic):
    form = shown(session, clinic, nonce="one")

    wrong = submit(session, answers(phone="416 555 0123"), form, clinic=clinic, now=NOON)
    right = submit(session, answers(phone="416 555 0124"), form, clinic=clinic, now=NOON)

    assert right.id != wrong.id
    assert right.phone == "+14165550124"


def test_the_other_half_of_a_double_click_that_commits_first_wins(database, clinic, monkeypatch):
    with database.writing() as session:
        submit(
            session, answers(phone="416 555 0124"), shown(session, clinic), clinic=clinic, now=NOON
        )
        first = submit(
            session, answers(), shown(session, clinic, nonce="one"), clinic=clinic, now=NOON
        )
    # It looked before the first half was committed
    monkeypatch.setattr(History, "asked_lately", lambda *_: False)

    with database.writing() as session:
        second = submit(
            session, answers(), shown(session, clinic, nonce="one"), clinic=clinic, now=NOON
        )

    assert second.id == first.id
    with database.reading() as session:
        assert (count(session, Lead), count(session, OutboxEntry)) == (2, 2)


def test_a_failure_leaves_nothing_behind(database, clinic, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("intake.callback.store.announcement", fail)
    with pytest.raises(RuntimeError), database.writing() as session:
        submit(session, answers(), shown(session, clinic), clinic=clinic, now=NOON)

    with database.reading() as session:
        assert (
            count(session, Lead),
            count(session, ConsentEvent),
            count(session, OutboxEntry),
        ) == (0, 0, 0)


def test_a_reference_belongs_to_one_request(session, lead):
    ana, ben = lead(), lead(phone="416 555 0124")

    ben.ref = ana.ref
    with pytest.raises(IntegrityError):
        session.flush()


@ONLY_POSTGRESQL  # SQLite has one writer by design, and lets the others wait
def test_a_patient_waits_for_nobody_elses_transaction(database, clinic):
    with database.writing() as slow:
        submit(slow, answers(), shown(slow, clinic), clinic=clinic, now=NOON)
        # everything of the first patient is written, the log included, and nothing is committed
        slow.flush()
        with database.writing() as quick:
            quick.execute(text("SET LOCAL lock_timeout = '10s'"))
            submit(
                quick, answers(phone="416 555 0124"), shown(quick, clinic), clinic=clinic, now=NOON
            )

    with database.reading() as session:
        assert count(session, Lead) == 2
