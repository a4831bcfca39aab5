"""What is known of a person when it is asked whether a message may go out."""

from datetime import date, timedelta

import pytest

from intake.callback.draft import ShownForm
from intake.consent.events import ShownStatements
from intake.consent.facts import consent_facts
from intake.consent.person_consent import consent_of
from intake.consent.withdraw import withdraw
from intake.models import Purpose, QueueRow, Status
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, answers, submit_callback

DAY = timedelta(days=1)
ANA = {"email": "ana@example.com"}


@pytest.fixture
def facts(session, clinic):
    """`facts(lead)`: as they are known at noon, or at another time."""

    def ask(lead, now=NOON):
        session.flush()
        return consent_facts(session, consent_of(session, lead), clinic, now=now)

    return ask


def row(session, lead, status, at=NOON):
    session.flush()
    session.add(QueueRow(lead_id=lead.id, status=status, sheet_status=status, status_at=at))
    session.flush()


def test_the_inquiry_is_that_of_the_persons_last_request(facts, lead):
    first, last = lead(**ANA, now=NOON - 300 * DAY), lead(**ANA, now=NOON - 200 * DAY)
    lead(email="ben@example.com", now=NOON - DAY)

    assert {facts(one).inquired_on for one in (first, last)} == {date(2026, 5, 7)}


def test_the_inquiry_is_of_the_day_on_the_clinics_wall_clock(facts, lead):
    # Half past eleven in the evening before, in Toronto
    late = lead(now=NOON.replace(hour=4, minute=30))

    assert facts(late).inquired_on == date(2026, 11, 22)


def test_under_a_clock_that_was_set_back_the_inquiry_is_of_today(facts, lead):
    ahead = lead(now=NOON + 30 * DAY)

    assert facts(ahead).inquired_on == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("status", "inquired_on"),
    [
        (Status.SPAM, date(2026, 11, 13)),
        (Status.DUPLICATE, date(2026, 11, 23)),
        (Status.BOOKED, date(2026, 11, 23)),
    ],
)
def test_a_request_that_staff_took_for_spam_is_no_inquiry(
    session, facts, lead, status, inquired_on
):
    honest, judged = lead(**ANA, now=NOON - 10 * DAY), lead(**ANA)
    row(session, judged, status)

    assert facts(honest).inquired_on == inquired_on


def test_who_sent_nothing_but_spam_never_inquired(session, facts, lead):
    spam = lead()
    row(session, spam, Status.SPAM)

    assert facts(spam).inquired_on is None


@pytest.mark.parametrize(("at", "said"), [(NOON - DAY, False), (NOON, True), (NOON + DAY, True)])
def test_what_was_noted_of_the_number_counts_since_this_request(session, facts, lead, at, said):
    noted, asks = (lead(phone="416 555 0177", name=name) for name in ("Ana", "Ben"))
    row(session, noted, Status.WRONG_NUMBER, at)

    assert facts(asks, NOON + 2 * DAY).number_is_wrong is said
    assert not facts(asks, NOON + 2 * DAY).do_not_call


def test_what_was_noted_of_another_number_or_at_another_clinic_says_nothing(session, facts, lead):
    asks, other, elsewhere = (
        lead(phone="416 555 0177"),
        lead(),
        lead(phone="416 555 0177", name="Cleo"),
    )
    elsewhere.clinic = "elsewhere"
    for one in (other, elsewhere):
        row(session, one, Status.DO_NOT_CALL)

    assert not facts(asks).do_not_call
    row(session, asks, Status.DO_NOT_CALL)
    assert facts(asks).do_not_call


def test_a_person_is_booked_when_any_of_their_requests_is(session, facts, lead):
    first, second, other = lead(**ANA), lead(**ANA, now=NOON + DAY), lead(email="ben@example.com")
    row(session, first, Status.BOOKED)
    row(session, second, Status.NO_ANSWER)
    row(session, other, Status.NO_ANSWER)

    assert [facts(one).is_booked for one in (first, second, other)] == [True, True, False]


def test_what_the_request_itself_says(facts, lead):
    silent, spoken = lead(email=None, voicemail_ok=False), lead(**ANA, voicemail_ok=True)

    assert (facts(silent).email_known, facts(silent).voicemail_ok) == (False, False)
    assert (facts(spoken).email_known, facts(spoken).voicemail_ok) == (True, True)
    assert not facts(spoken).address_verified


def test_a_person_who_agreed_did_not_stop(facts, lead):
    assert not facts(lead(agreed_to={Purpose.NEWS})).stopped_since_request


def test_a_person_who_was_never_asked_did_not_stop(session, clinic, facts):
    form = ShownForm("a nonce", ShownStatements([], "/"), "en")
    asked_nothing = submit_callback(
        session, answers(), form, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
    )

    found = facts(asked_nothing)

    assert (found.standings, found.stopped_since_request) == ({}, False)


@pytest.mark.parametrize(
    ("asked_again", "stopped"), [(2 * DAY, True), (3 * DAY, True), (3.5 * DAY, False)]
)
def test_who_stopped_everything_has_stopped_since_the_request_by_the_last_thing_they_stopped(
    session, facts, lead, clinic, asked_again, stopped
):
    first = lead(**ANA, agreed_to=set(Purpose), now=NOON)
    session.flush()
    again = lead(**ANA, now=NOON + asked_again)
    session.flush()
    for days, purposes in ((1, {Purpose.NEWS}), (3, set(Purpose))):
        told = {"clinic": clinic, "address_key": ADDRESS_KEY, "now": NOON + days * DAY}
        withdraw(session, first, purposes, BUTTON, **told)
        session.flush()

    assert facts(again, NOON + 4 * DAY).stopped_since_request is stopped


def test_who_stopped_one_thing_of_several_did_not_stop_everything(session, facts, lead, clinic):
    ana = lead(**ANA, agreed_to=set(Purpose))
    session.flush()
    withdraw(
        session, ana, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON + DAY
    )

    assert not facts(ana, NOON + 2 * DAY).stopped_since_request
