"""Agreeing again: the same words renew, newer words supersede."""

from datetime import timedelta

import pytest

from intake.consent.person_consent import agreements
from intake.consent.publishing import publish
from intake.consent.record import Manner, record
from intake.models import Basis, Decision, Purpose
from tests.conftest import NOON
from tests.factories import ADDRESS_KEY, answers, asking_by_submitting, shown, submit_callback

NEWS = Purpose.NEWS
BY_PHONE = Manner("phone", "none", "none", "staff", "staff", "")


def told(lead, purpose=NEWS):
    """What was recorded of the lead on this purpose, being shown left out: decision, version,
    basis.
    """
    return [
        (event.decision, event.statement_version, event.basis)
        for event in lead.consent_events
        if event.purpose is purpose and event.decision is not Decision.SHOWN
    ]


@pytest.fixture
def reword(session, clinic):
    """`reword()` publishes another version of all words."""
    numbers = iter(range(9))

    def change():
        publish(
            session,
            clinic.model_copy(update={"email": f"new{next(numbers)}@example.com"}),
            now=NOON,
        )

    return change


def withdraw(session, lead):
    given = next(event for event in lead.consent_events if event.decision is Decision.GIVEN)
    record(session, lead, given.statement, Decision.WITHDRAWN, BY_PHONE, now=NOON)


def test_agreeing_again_to_the_same_words_renews(session, lead):
    first, again = lead(agreed_to={NEWS}), lead(agreed_to={NEWS})
    once_more = lead(agreed_to={NEWS})

    assert told(first) == [(Decision.GIVEN, 1, Basis.EXPRESS)]
    assert told(again) == told(once_more) == [(Decision.RENEWED, 1, Basis.EXPRESS)]
    assert agreements(session, [again.id]) == {again.id: {NEWS}}


def test_the_other_language_has_the_same_words(lead):
    lead(agreed_to={NEWS})

    assert told(lead(agreed_to={NEWS}, language="fr")) == [(Decision.RENEWED, 1, Basis.EXPRESS)]


def test_agreeing_to_newer_words_supersedes_the_older_ones(session, lead, reword):
    first = lead(agreed_to={NEWS}, language="fr")
    reword()
    again = lead(agreed_to={NEWS})
    superseded = next(
        event for event in again.consent_events if event.decision is Decision.SUPERSEDED
    )

    assert told(again) == [
        (Decision.SUPERSEDED, 1, Basis.EXPRESS),
        (Decision.GIVEN, 2, Basis.EXPRESS),
    ]
    assert (superseded.language, superseded.actor, superseded.rendering_sha256) == (
        "fr",
        "system",
        None,
    )
    assert (
        superseded.statement_id
        == next(e for e in first.consent_events if e.purpose is NEWS).statement_id
    )
    assert agreements(session, [again.id]) == {again.id: {NEWS}}
    assert told(lead(agreed_to={NEWS})) == [(Decision.RENEWED, 2, Basis.EXPRESS)]


def test_an_empty_box_in_between_ended_nothing(lead, reword):
    lead(agreed_to={NEWS})
    assert told(lead(agreed_to={Purpose.CARE})) == [(Decision.REFUSED, 1, Basis.EXPRESS)]
    assert told(lead(agreed_to={NEWS})) == [(Decision.RENEWED, 1, Basis.EXPRESS)]


def test_what_was_withdrawn_is_given_anew(session, lead, reword):
    withdraw(session, lead(agreed_to={NEWS}))
    assert told(lead(agreed_to={NEWS})) == [(Decision.GIVEN, 1, Basis.EXPRESS)]
    withdraw(session, lead(agreed_to={Purpose.CARE}))
    reword()

    assert told(lead(agreed_to={Purpose.CARE}), Purpose.CARE) == [
        (Decision.GIVEN, 2, Basis.EXPRESS)
    ]


def test_other_people_and_other_purposes_are_none_of_it(lead, reword):
    lead(agreed_to={NEWS}, email="ben@example.com")
    lead(agreed_to={Purpose.CARE})

    assert told(lead(agreed_to={NEWS})) == [(Decision.GIVEN, 1, Basis.EXPRESS)]
    assert told(lead(agreed_to={NEWS}, email="BEN@example.com")) == [
        (Decision.RENEWED, 1, Basis.EXPRESS)
    ]


def test_a_form_with_older_words_supersedes_nothing_newer(session, clinic, lead, reword):
    retired = shown(session, clinic)
    reword()
    lead(agreed_to={NEWS})

    late = submit_callback(
        session,
        answers(agreed_to={NEWS}),
        retired,
        clinic=clinic,
        address_key=ADDRESS_KEY,
        now=NOON,
    )

    assert told(late) == [(Decision.GIVEN, 1, Basis.EXPRESS)]


def test_implied_agreement_never_takes_the_place_of_an_express_one(session, clinic, lead):
    lead(agreed_to={NEWS})
    publish(session, asking_by_submitting(clinic), now=NOON)
    implied = lead(email="ana@example.com")
    assert told(implied) == [(Decision.GIVEN, 2, Basis.IMPLIED)]

    publish(session, clinic, now=NOON)

    assert told(lead(agreed_to={NEWS})) == [
        (Decision.SUPERSEDED, 1, Basis.EXPRESS),
        (Decision.GIVEN, 3, Basis.EXPRESS),
    ]


def test_sending_a_form_does_not_renew_what_was_withdrawn(session, clinic, lead):
    publish(session, asking_by_submitting(clinic), now=NOON)
    withdraw(session, lead(email="ana@example.com"))

    again = [lead(email="ana@example.com") for _ in range(2)]

    purpose = Purpose.REMINDERS
    assert [told(one, purpose) for one in again] == [[(Decision.GIVEN, 2, Basis.IMPLIED)]] * 2
    assert purpose not in agreements(session, [again[1].id])[again[1].id]


def test_a_verified_address_does_not_hold_back_what_others_agreed_to_since(session, lead, reword):
    first = lead(agreed_to={NEWS})
    statement = next(event.statement for event in first.consent_events if event.purpose is NEWS)
    record(session, first, statement, Decision.VERIFIED, BY_PHONE, now=NOON)
    reword()
    lead(agreed_to={NEWS})

    assert told(lead(agreed_to={NEWS})) == [(Decision.RENEWED, 2, Basis.EXPRESS)]


def test_express_agreement_takes_the_place_of_an_implied_one(session, clinic, lead):
    publish(session, asking_by_submitting(clinic), now=NOON)
    lead(email="ana@example.com")
    assert told(lead(email="ana@example.com")) == [(Decision.RENEWED, 2, Basis.IMPLIED)]
    publish(session, clinic, now=NOON)

    assert told(lead(agreed_to={NEWS})) == [
        (Decision.SUPERSEDED, 2, Basis.IMPLIED),
        (Decision.GIVEN, 3, Basis.EXPRESS),
    ]
    assert told(lead(email="ana@example.com")) == [(Decision.REFUSED, 3, Basis.EXPRESS)]


def test_the_same_form_again_after_a_withdrawal_is_a_request_of_its_own(session, lead):
    first = lead(agreed_to={NEWS}, phone="416 555 0199")
    same = lead(agreed_to={NEWS}, phone="416 555 0199", now=NOON + timedelta(minutes=1))
    withdraw(session, first)

    after = lead(agreed_to={NEWS}, phone="416 555 0199", now=NOON + timedelta(minutes=2))

    assert same.id == first.id
    assert after.id != first.id
    assert told(after) == [(Decision.GIVEN, 1, Basis.EXPRESS)]
