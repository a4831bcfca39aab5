"""Whose consent it is, and what the holder of a page may be told of it."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from intake.callback.draft import ShownForm
from intake.consent.events import ShownStatements
from intake.consent.fold import FORMER_ADDRESS
from intake.consent.person_consent import (
    agreements,
    consent_of,
    person_of,
    requests_by,
    standings_of,
)
from intake.models import Channel, Decision, Lead, Purpose
from tests.consent.telling import BUTTON, NOON, happens
from tests.factories import ADDRESS_KEY, answers, submit_callback

LEFT = replace(BUTTON, control=FORMER_ADDRESS)
NEWS, REMINDERS = (Purpose.NEWS, Channel.EMAIL), (Purpose.REMINDERS, Channel.EMAIL)


def test_what_stands_is_what_was_last_given(lead, session):
    ana = lead(agreed_to={Purpose.REMINDERS, Purpose.CARE})

    assert agreements(session, [ana.id]) == {ana.id: {Purpose.REMINDERS, Purpose.CARE}}


def test_an_address_makes_requests_one_person_and_a_number_does_not(lead, session):
    first = lead(agreed_to={Purpose.NEWS}, email="Ana@Example.com")
    again = lead(email="ana@example.com")
    other = lead(email="ben@example.com", phone=first.phone_typed)
    silent, silent_too = lead(), lead()
    # PostgreSQL finds a row that came back behind the others
    for digest in (
        "0" * 64,
        first.email_hash,
    ):
        first.email_hash = digest
        session.flush()

    assert list(person_of(session, again)) == [first.id, again.id]
    assert list(person_of(session, other)) == [other.id]
    assert list(person_of(session, silent)) == [silent.id]
    assert agreements(session, [again.id, other.id, silent_too.id]) == {
        again.id: {Purpose.NEWS},
        other.id: set(),
        silent_too.id: set(),
    }


def test_a_withdrawal_on_one_request_ends_it_for_the_person(lead, session):
    first, again = lead(agreed_to={Purpose.NEWS}), lead(email="ana@example.com")
    happens(session, again, Decision.WITHDRAWN, Purpose.NEWS)

    assert consent_of(session, first).stands[NEWS].decision is Decision.WITHDRAWN
    assert standings_of(session, [first.id])[first.id] == consent_of(session, first).stands


def test_another_clinic_is_another_relationship(lead, session):
    ours, theirs = lead(agreed_to={Purpose.NEWS}), lead(agreed_to={Purpose.CARE})
    theirs.clinic = "elsewhere"
    session.flush()

    assert agreements(session, [ours.id, theirs.id]) == {
        ours.id: {Purpose.NEWS},
        theirs.id: {Purpose.CARE},
    }


def test_whoever_types_a_strangers_address_learns_nothing_of_the_stranger(lead, session):
    ana = lead(agreed_to={Purpose.NEWS, Purpose.REMINDERS})
    stranger = lead(email="ana@example.com")

    assert consent_of(session, stranger).stands[NEWS].is_given
    assert consent_of(session, stranger).stands_as_seen[NEWS].decision is Decision.REFUSED
    happens(session, ana, Decision.WITHDRAWN, Purpose.NEWS)
    assert consent_of(session, stranger).stands_as_seen[NEWS].decision is Decision.WITHDRAWN
    assert consent_of(session, stranger).stands_as_seen[REMINDERS].decision is Decision.REFUSED


def test_whoever_reads_the_mailbox_sees_all_of_it(lead, session):
    lead(agreed_to={Purpose.NEWS})
    again = lead(email="ana@example.com")
    happens(session, again, Decision.VERIFIED, Purpose.CARE)

    assert consent_of(session, again).stands_as_seen[NEWS].is_given


def test_of_another_request_a_page_tells_what_ended_since_and_was_asked_here_as_well(lead, session):
    ana = lead(agreed_to={Purpose.NEWS, Purpose.REMINDERS})
    happens(session, ana, Decision.WITHDRAWN, Purpose.CARE)  # before the stranger asked
    stranger = lead(email="ana@example.com", agreed_to={Purpose.NEWS})
    for act, purpose in (
        (Decision.WITHDRAWN, Purpose.NEWS),
        (Decision.GIVEN, Purpose.NEWS),
        (Decision.VERIFIED, Purpose.NEWS),
        (Decision.INVALIDATED, Purpose.REMINDERS),
    ):
        happens(session, ana, act, purpose)
    happens(session, stranger, Decision.WITHDRAWN, Purpose.CARE)

    told = [(one.lead_id, one.decision, one.purpose) for one in consent_of(session, stranger).seen]

    answered = told[:3]
    assert {one[0] for one in answered} == {stranger.id}
    assert told[3:] == [
        (ana.id, Decision.WITHDRAWN, Purpose.NEWS),
        (ana.id, Decision.INVALIDATED, Purpose.REMINDERS),
        (stranger.id, Decision.WITHDRAWN, Purpose.CARE),
    ]
    everything = [one.id for one in consent_of(session, stranger).events]
    assert everything == sorted(everything)
    assert {one.lead_id for one in consent_of(session, stranger).events} == {ana.id, stranger.id}


def test_a_request_is_verified_by_its_own_confirmation_of_its_present_address(lead, session):
    ana, other = lead(agreed_to={Purpose.NEWS}), lead(email="ana@example.com")
    assert not consent_of(session, ana).is_verified

    happens(session, ana, Decision.VERIFIED, Purpose.NEWS)
    assert [consent_of(session, one).is_verified for one in (ana, other)] == [True, False]

    happens(session, other, Decision.INVALIDATED, Purpose.NEWS, manner=LEFT)
    assert consent_of(session, ana).is_verified
    happens(session, ana, Decision.INVALIDATED, Purpose.NEWS)  # for another reason
    assert consent_of(session, ana).is_verified
    happens(session, ana, Decision.INVALIDATED, Purpose.NEWS, manner=LEFT)
    assert not consent_of(session, ana).is_verified
    happens(session, ana, Decision.VERIFIED, Purpose.NEWS)
    assert consent_of(session, ana).is_verified


def test_a_confirmation_counts_though_nothing_was_recorded_before_it(session, clinic):
    nothing_asked = ShownForm("nonce", ShownStatements((), "/"), "en")
    ana = submit_callback(
        session,
        answers(email="ana@example.com"),
        nothing_asked,
        clinic=clinic,
        address_key=ADDRESS_KEY,
        now=NOON,
    )

    (confirmed,) = happens(session, ana, Decision.VERIFIED, Purpose.NEWS)

    assert confirmed.id == 1
    assert consent_of(session, ana).is_verified


@pytest.mark.parametrize("count", [0, 3])
def test_many_at_once_are_what_each_is_by_itself(lead, session, count):
    people = [
        lead(agreed_to={Purpose.NEWS}, email=f"p{number % 2}@example.com")
        for number in range(count)
    ]
    if people:
        happens(session, people[0], Decision.WITHDRAWN, Purpose.NEWS)
    lead(agreed_to={Purpose.NEWS}, email="nobody-asked@example.com")

    stands = standings_of(session, [person.id for person in people])

    assert stands == {person.id: consent_of(session, person).stands for person in people}


@pytest.mark.parametrize("hold", [False, True])
def test_a_request_comes_with_the_others_of_its_person(lead, session, hold):
    first, silent = lead(email="ana@example.com"), lead()
    again, elsewhere = lead(email="ana@example.com"), lead(email="ana@example.com")
    lead(email="ben@example.com")
    elsewhere.clinic = "elsewhere"
    session.flush()

    def found(ref, clinic=first.clinic):
        return list(requests_by(session, Lead.ref, ref, clinic, hold=hold))

    assert (found(first.ref), found(again.ref)) == ([first, again], [again, first])
    assert (found(silent.ref), found(elsewhere.ref), found("none")) == ([silent], [], [])
    assert found(elsewhere.ref, "elsewhere") == [elsewhere]


def test_who_is_held_is_read_again_as_they_stand(lead, session):
    ana = lead(email="ana@example.com")
    session.execute(
        update(Lead).values(call_language="fr"), execution_options={"synchronize_session": False}
    )
    assert ana.call_language == "en"

    (held,) = requests_by(session, Lead.ref, ana.ref, ana.clinic, hold=True)

    assert held.call_language == "fr"


def test_what_its_form_answered_is_told_without_what_others_and_other_pages_said(lead, session):
    lead(email="ana@example.com", agreed_to=set(Purpose))
    ana = lead(email="ana@example.com", agreed_to={Purpose.NEWS})
    happens(session, ana, Decision.GIVEN, Purpose.CARE)  # by a button of the page
    happens(session, ana, Decision.WITHDRAWN, Purpose.NEWS)

    consent = consent_of(session, ana)

    assert [(one.purpose, one.decision) for one in consent.answers] == [
        (Purpose.REMINDERS, Decision.REFUSED),
        (Purpose.CARE, Decision.REFUSED),
        (Purpose.NEWS, Decision.RENEWED),
    ]
    assert consent.agreed_to == {Purpose.REMINDERS, Purpose.CARE}
    assert {consent.words_of(one).purpose for one in consent.stands.values()} == set(Purpose)
