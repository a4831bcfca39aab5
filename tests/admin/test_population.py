"""Consent in figures, on both engines: express apart from implied, how long withdrawals took, what
ends soon.
"""

from datetime import timedelta

import pytest

from intake.admin.consents.everybody import everybodys
from intake.admin.period import chosen_months, period
from intake.consent.facts import consent_facts
from intake.consent.may_send import MessageClass, may_send
from intake.consent.person_consent import consent_of
from intake.consent.publishing import publish
from intake.consent.staff_withdrawal import withdraw_for, withdrawals
from intake.consent.verification import verify
from intake.consent.withdraw import withdraw
from intake.models import Basis, Decision, Purpose
from intake.privacy.correct import correct
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, Factory, asking_by_submitting
from tests.privacy.held import ADMIN

DAY = timedelta(days=1)
LATER = NOON + 21 * DAY


def shown(session, clinic, *, now=LATER, months=3):
    session.flush()
    return everybodys(session, clinic, period(months, clinic, now=now), now=now)


def test_answers_are_counted_by_version_and_month(session, lead, clinic):
    for agreed in ({Purpose.NEWS}, {Purpose.NEWS, Purpose.CARE}, ()):
        lead(agreed_to=agreed)
    lead(now=NOON - 200 * DAY)

    found = shown(session, clinic)

    counted = {
        (one.statement.purpose, one.statement.language): (one.given, one.refused, one.refusal)
        for one in found.versions
    }
    assert counted[Purpose.NEWS, "en"] == (2, 1, "33%")
    assert counted[Purpose.CARE, "en"] == (1, 2, "67%")
    assert counted[Purpose.CARE, "fr"] == (0, 0, "–")
    assert found.refusals.rows[1] == ("2026-11", ("66.7%", "33.3%", "100%"))
    assert found.refusals.rows[2] == ("2026-12", ("–", "–", "–"))


def test_an_agreement_without_a_verified_address_is_listed_with_what_still_stands(
    session, lead, clinic
):
    ana, ben = (
        lead(agreed_to={Purpose.NEWS}, email=f"{name}@example.com") for name in ("ana", "ben")
    )
    session.flush()
    verify(session, ben, page="/consent/<token>/confirm", now=NOON)
    withdraw(session, ana, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON)

    found = shown(session, clinic).unverified

    assert (found.total, [(one.lead.ref, one.still) for one in found.newest]) == (
        1,
        [(ana.ref, frozenset())],
    )


def test_the_list_of_the_unverified_and_the_ruling_on_mail_agree(session, lead, clinic):
    """A confirmation is of the address that a request had then, not of the one that it was given
    since.
    """
    plain, confirmed, moved, moved_unconfirmed, anew = leads = [
        lead(agreed_to={Purpose.NEWS}, email=f"person{number}@example.com") for number in range(5)
    ]
    session.flush()
    for one in (confirmed, moved, anew):
        verify(session, one, page="/consent/<token>/confirm", now=NOON)
    for one in (moved, moved_unconfirmed, anew):
        correct(
            session,
            one,
            "email",
            f"moved{one.id}@example.com",
            ADMIN,
            reason="rang",
            address_key=ADDRESS_KEY,
            endpoint="test",
            now=NOON + DAY,
        )
    verify(session, anew, page="/consent/<token>/confirm", now=NOON + 2 * DAY)

    found = shown(session, clinic).unverified

    told = {
        one.id: consent_facts(session, consent_of(session, one), clinic, now=LATER) for one in leads
    }
    may_have_news = {
        one.id
        for one in leads
        if may_send(MessageClass.PROMOTION, told[one.id], on=LATER.date()).allowed
    }
    listed = {one.lead.id: one.still for one in found.newest}
    assert listed.keys() == {one.id for one in leads if not told[one.id].address_verified}
    assert listed == {plain.id: {Purpose.NEWS}, moved.id: set(), moved_unconfirmed.id: set()}
    assert (found.total, may_have_news) == (3, {confirmed.id})


def test_withdrawals_tell_how_long_they_took(session, lead, clinic):
    for number in range(9):
        one = lead(agreed_to={Purpose.NEWS}, email=f"at-once-{number}@example.com")
        session.flush()
        withdraw(
            session, one, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )
    letter = lead(agreed_to={Purpose.NEWS}, email="letter@example.com")
    session.flush()
    withdraw_for(
        session,
        letter.ref,
        {Purpose.NEWS},
        clinic=clinic,
        address_key=ADDRESS_KEY,
        by="letter",
        received=NOON.date(),
        now=LATER,
    )

    times = shown(session, clinic).times

    assert (times.total, times.at_once, times.late) == (10, 9, 1)
    assert times.business_days == (0, 15, 15)
    assert times.minutes[0] == 0
    assert times.newest[0].lead.ref == letter.ref
    assert times.newest[0].is_late


def test_who_stops_what_they_had_refused_withdraws_nothing(session, lead, clinic):
    """It is evidence and outweighs what could be implied later, but nobody agreed and changed their
    mind.
    """
    ana, ben = (
        lead(agreed_to={Purpose.NEWS}, email="ana@example.com"),
        lead(agreed_to=(), email="ben@example.com"),
    )
    session.flush()
    for one in (ana, ben):
        withdraw(
            session, one, set(Purpose), BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )

    found = shown(session, clinic)

    assert (found.times.total, [one.purpose for one in found.times.newest]) == (1, [Purpose.NEWS])
    assert {
        one.statement.purpose: one.withdrawn
        for one in found.versions
        if one.statement.language == "en"
    } == {Purpose.NEWS: 1, Purpose.CARE: 0, Purpose.REMINDERS: 0}
    for one in (ana, ben):
        assert {stand.decision for stand in consent_of(session, one).stands.values()} == {
            Decision.WITHDRAWN
        }
        assert consent_facts(
            session, consent_of(session, one), clinic, now=LATER
        ).stopped_since_request


def test_a_withdrawal_that_goes_along_to_a_corrected_address_is_no_second_one(
    session, lead, clinic
):
    ana, ben = (
        lead(agreed_to={Purpose.NEWS}, email="ana@example.com"),
        lead(agreed_to=(), email="ben@example.com"),
    )
    session.flush()
    for one in (ana, ben):
        withdraw(
            session, one, set(Purpose), BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )
        correct(
            session,
            one,
            "email",
            f"moved{one.id}@example.com",
            ADMIN,
            reason="rang",
            address_key=ADDRESS_KEY,
            endpoint="test",
            now=LATER,
        )

    times = shown(session, clinic).times

    assert (times.total, times.at_once, times.late) == (1, 1, 0)
    assert [(one.ref, one.is_late) for one in withdrawals(session, clinic)] == [
        (ana.ref, False),
        (ben.ref, False),
    ]


@pytest.mark.parametrize(("days", "number"), [(140, 0), (155, 1), (181, 1), (182, 0)])
def test_implied_agreements_that_run_out_are_named_thirty_days_before(
    session, clinic, days, number
):
    asking = asking_by_submitting(clinic)
    publish(session, asking, now=NOON)
    lead = Factory(session, asking)(email="ana@example.com")

    found = shown(session, asking, now=NOON + days * DAY)

    assert found.endings.total == number
    assert [(one.lead.ref, str(one.last_day)) for one in found.endings.next] == [
        (lead.ref, "2027-05-23")
    ] * number
    implied = [one for one in found.versions if one.statement.basis is Basis.IMPLIED]
    assert {one.refusal for one in implied} == {"–"}


@pytest.mark.parametrize(
    ("typed", "months"), [("3", 3), ("24", 24), ("7", 12), ("x", 12), ("²", 12), ("9" * 5000, 12)]
)
def test_an_address_asks_for_months_that_are_offered(typed, months):
    assert chosen_months(typed) == months
