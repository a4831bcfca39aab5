"""Withdrawal, the suppression list, and taking it back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from intake.consent.person_consent import agreements, consent_of
from intake.consent.record import Manner
from intake.consent.suppression import lift, standing_suppressions, suppress, suppressed
from intake.consent.token import THIS_ADDRESS, token_of
from intake.consent.undo import undo, undoable
from intake.consent.verification import is_code_of, verify
from intake.consent.withdraw import withdraw
from intake.models import Basis, Channel, ConsentEvent, Decision, Lead, Purpose, Suppression
from tests.consent.telling import BUTTON, NOON, happens
from tests.factories import ADDRESS_KEY, Factory
from tests.waiting import RAN_TOO_LONG

LATER = NOON + timedelta(hours=1)
SILENT = Manner("submitting the form", "none", "none", "form", "patient", "/", Basis.IMPLIED)


@pytest.fixture
def stop(session, clinic):
    def stopping(lead, *purposes, now=LATER, **more):
        wanted = purposes or tuple(Purpose)
        return withdraw(
            session, lead, wanted, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=now, **more
        )

    return stopping


def take_back(session, lead, *, now=LATER):
    session.flush()
    ids = [withdrawal.uid for withdrawal in undoable(consent_of(session, lead)).values()]
    return undo(session, lead, ids, page="/consent/<token>", now=now)


def test_withdrawing_one_purpose_leaves_the_others_standing(session, lead, stop):
    ana = lead(agreed_to={Purpose.REMINDERS, Purpose.NEWS})

    assert stop(ana, Purpose.NEWS) == {Purpose.NEWS}

    assert agreements(session, [ana.id]) == {ana.id: {Purpose.REMINDERS}}
    assert suppressed(session, ana) == {Purpose.NEWS}


def test_stopping_everything_ends_it_for_every_request_of_the_address(session, lead, stop):
    first, again = lead(agreed_to=set(Purpose)), lead(agreed_to={Purpose.NEWS})

    stop(again)

    assert agreements(session, [first.id, again.id]) == {first.id: set(), again.id: set()}
    assert suppressed(session, first) == set(Purpose)


def test_it_names_the_words_that_were_withdrawn_from_and_how(session, lead, stop):
    ana = lead(agreed_to={Purpose.NEWS}, language="fr")
    session.flush()
    given = next(e for e in ana.consent_events if e.decision is Decision.GIVEN)

    stop(ana, Purpose.NEWS, received_at=NOON, reason="a letter")
    session.flush()

    event = session.scalars(
        select(ConsentEvent).where(ConsentEvent.decision == Decision.WITHDRAWN)
    ).one()
    assert (event.statement_sha256, event.language, event.method) == (
        given.statement_sha256,
        "fr",
        "button",
    )
    assert (event.occurred_at, event.recorded_at) == (NOON, LATER)
    assert event.opening.values["reason"] == "a letter"


def test_what_is_stopped_stays_as_it_was_when_it_is_stopped_again(session, lead, stop):
    ana = lead(agreed_to={Purpose.NEWS})
    stop(ana)

    assert stop(ana, now=LATER + timedelta(days=1)) == set()

    assert consent_of(session, ana).stands[(Purpose.NEWS, Channel.EMAIL)].since == LATER
    assert {one.since for one in standing_suppressions(session, ana.clinic)} == {LATER}


def test_a_no_to_what_was_never_agreed_to_is_recorded_too(session, lead, stop):
    ana = lead(email="ana@example.com")

    assert stop(ana) == set(Purpose)
    assert {one.decision for one in consent_of(session, ana).stands.values()} == {
        Decision.WITHDRAWN
    }


def test_without_an_address_there_is_nothing_to_suppress(session, lead, stop):
    assert stop(lead()) == set(Purpose)
    assert session.scalars(select(Suppression)).all() == []


def test_an_address_without_its_hash_gets_it(session, lead, stop):
    ana = lead(agreed_to={Purpose.NEWS})
    known, ana.email_hash = ana.email_hash, None

    stop(ana)

    assert ana.email_hash == known
    assert suppressed(session, ana) == set(Purpose)


def test_undoing_is_a_new_agreement_to_the_same_words_and_the_withdrawal_stays(session, lead, stop):
    ana = lead(agreed_to={Purpose.REMINDERS, Purpose.NEWS})
    stop(ana)

    assert take_back(session, ana) == {Purpose.REMINDERS, Purpose.NEWS}

    assert agreements(session, [ana.id]) == {ana.id: {Purpose.REMINDERS, Purpose.NEWS}}
    session.expire(ana)
    decisions = [e.decision for e in ana.consent_events if e.purpose is Purpose.NEWS]
    assert decisions == [Decision.SHOWN, Decision.GIVEN, Decision.WITHDRAWN, Decision.GIVEN]
    last = ana.consent_events[-1]
    assert (last.method, last.source, last.basis, last.page) == (
        "button",
        "page",
        Basis.EXPRESS,
        "/consent/<token>",
    )
    assert take_back(session, ana) == set()


def test_a_page_that_is_older_than_a_withdrawal_cannot_undo_it(session, lead, stop):
    ana = lead(agreed_to={Purpose.NEWS})
    stop(ana)
    session.flush()
    old = [withdrawal.uid for withdrawal in undoable(consent_of(session, ana)).values()]
    take_back(session, ana)
    stop(ana, now=LATER + timedelta(hours=1))

    assert undo(session, ana, old, page="/", now=LATER) == set()
    assert agreements(session, [ana.id]) == {ana.id: set()}


def test_an_implied_agreement_comes_back_as_implied(session, lead, stop):
    ana = lead(email="ana@example.com")
    happens(session, ana, Decision.INVALIDATED, Purpose.NEWS)
    happens(session, ana, Decision.GIVEN, Purpose.NEWS, manner=SILENT)
    stop(ana)

    assert take_back(session, ana) == {Purpose.NEWS}
    standing = consent_of(session, ana).stands[(Purpose.NEWS, Channel.EMAIL)]
    assert (standing.is_given, standing.basis) == (True, Basis.IMPLIED)


def test_agreeing_again_lifts_what_needs_no_verified_address_and_the_rest_once_it_is_verified(
    session, lead, stop
):
    stop(lead(agreed_to=set(Purpose)))

    again = lead(agreed_to=set(Purpose), now=LATER)
    assert suppressed(session, again) == {Purpose.CARE, Purpose.NEWS}

    assert verify(session, again, page="/", now=LATER)
    assert suppressed(session, again) == set()
    assert session.scalars(select(Suppression.lifted_at)).all() == [LATER] * 3


def test_a_stranger_who_ticks_the_boxes_takes_nobody_off_the_list(session, lead, stop):
    ana = lead(agreed_to=set(Purpose))
    verify(session, ana, page="/", now=NOON)
    stop(ana)

    stranger = lead(agreed_to={Purpose.NEWS})

    assert Purpose.NEWS in suppressed(session, ana)
    assert undoable(consent_of(session, stranger)) == {}


def test_an_empty_box_lifts_nothing(session, lead, stop):
    stop(lead(agreed_to=set(Purpose)))

    assert suppressed(session, lead(email="ana@example.com")) == set(Purpose)


def test_what_was_lifted_is_suppressed_anew_from_then_on(session, lead):
    ana = lead(agreed_to={Purpose.NEWS})
    suppress(session, ana, [Purpose.REMINDERS], now=NOON)
    lift(session, ana, [Purpose.REMINDERS], is_verified=False, now=NOON)
    assert suppressed(session, ana) == set()

    suppress(session, ana, [Purpose.REMINDERS], now=LATER)

    assert [(one.since, one.lifted_at) for one in standing_suppressions(session, ana.clinic)] == [
        (LATER, None)
    ]


@pytest.mark.parametrize(("lifted_at", "since"), [(None, NOON), (NOON, LATER)])
def test_what_a_former_release_suppressed_keeps_its_date_unless_it_was_lifted(
    session, lead, lifted_at, since
):
    ana = lead(agreed_to={Purpose.NEWS})
    session.add(
        Suppression(
            clinic=ana.clinic,
            address_hash=ana.email_hash,
            channel=Channel.EMAIL,
            purpose=Purpose.NEWS,
            since=NOON,
            lifted_at=lifted_at,
            is_former=True,
        )
    )
    session.flush()

    suppress(session, ana, [Purpose.NEWS], now=LATER)

    (own,) = session.scalars(select(Suppression).where(~Suppression.is_former))
    assert (own.since, own.lifted_at) == (since, None)


def test_verifying_takes_the_code_of_the_mail_and_counts_once(session, lead):
    ana, ben = lead(agreed_to={Purpose.NEWS}), lead(agreed_to={Purpose.NEWS})

    assert is_code_of(ana, token_of(ana.salt, THIS_ADDRESS))
    assert not is_code_of(ana, token_of(ana.salt))
    assert not is_code_of(ana, token_of(ben.salt, THIS_ADDRESS))
    assert not is_code_of(ana, "é")
    assert verify(session, ana, page="/", now=NOON)
    assert verify(session, ana, page="/", now=LATER) is False
    assert consent_of(session, ana).stands[(Purpose.NEWS, Channel.EMAIL)].verified


def test_stopping_outlives_the_persons_erasure(session, lead, stop):
    ana = lead(agreed_to=set(Purpose))
    stop(ana)
    ana.email = ana.email_hash = ana.salt = None
    session.flush()

    assert suppressed(session, lead(email="ana@example.com")) == set(Purpose)


def test_presses_at_the_same_moment_are_one_withdrawal_on_the_list(database, clinic):
    with database.writing() as session:
        ana = Factory(session, clinic)(agreed_to=set(Purpose)).id
    ready = Barrier(4)

    def press(_):
        with database.writing() as session:
            if not database.is_sqlite:  # SQLite lets one writer in after the other
                ready.wait(timeout=RAN_TOO_LONG)
            lead = session.get(Lead, ana)
            withdraw(
                session,
                lead,
                set(Purpose),
                BUTTON,
                clinic=clinic,
                address_key=ADDRESS_KEY,
                now=LATER,
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))

    with database.reading() as session:
        assert len(session.scalars(select(Suppression)).all()) == 3
        assert agreements(session, [ana]) == {ana: set()}


def test_a_press_on_a_strangers_page_does_not_tell_what_the_address_withdrew_before(
    session, lead, stop
):
    address = {"email": "ana@example.com"}
    stop(lead(agreed_to={Purpose.NEWS}, **address))
    session.flush()
    stranger = lead(**address, now=LATER)
    session.flush()

    assert stop(stranger) == set(Purpose)  # as for an address that nobody knows
    session.flush()
    assert stop(stranger) == set()
