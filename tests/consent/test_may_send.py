"""The law's table: which message may go out, on which ground."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.consent.facts import consent_facts
from intake.consent.fold import ConsentState
from intake.consent.may_send import ConsentFacts, MessageClass, is_within_inquiry, may_send
from intake.consent.person_consent import consent_of
from intake.consent.suppression import suppress
from intake.models import Basis, Channel, Decision, Purpose, QueueRow, Status
from tests.consent.telling import NOON, happens

TODAY = date(2026, 11, 24)
CALLBACK, VOICEMAIL, ACKNOWLEDGEMENT, LINK = (
    MessageClass.CALLBACK,
    MessageClass.VOICEMAIL,
    MessageClass.ACKNOWLEDGEMENT,
    MessageClass.LINK,
)
APPOINTMENT, CARE, PROMOTION = MessageClass.APPOINTMENT, MessageClass.CARE, MessageClass.PROMOTION
OF = {APPOINTMENT: Purpose.REMINDERS, CARE: Purpose.CARE, PROMOTION: Purpose.NEWS}
BARE = ConsentFacts(
    standings={},
    suppressed=frozenset(),
    inquired_on=TODAY - timedelta(days=1),
    email_known=True,
    address_verified=True,
    stopped_since_request=False,
    number_is_wrong=False,
    do_not_call=False,
    voicemail_ok=True,
    is_booked=False,
)


def said(message, decision, basis=Basis.EXPRESS, *, verified=True):
    return {(OF[message], Channel.EMAIL): ConsentState(decision, basis, NOON, 7, verified)}


@pytest.mark.parametrize(
    ("message", "changes", "ground"),
    [
        (CALLBACK, {}, "s. 6(8)(a)"),
        (
            CALLBACK,
            {"email_known": False, "suppressed": frozenset(Purpose), "stopped_since_request": True},
            "s. 6(8)",
        ),
        (VOICEMAIL, {}, "s. 6(8)(c)"),
        (ACKNOWLEDGEMENT, {}, "SOR/2013-221 s. 3(b)"),
        (
            ACKNOWLEDGEMENT,
            {"suppressed": frozenset(Purpose), "address_verified": False},
            "SOR/2013-221 s. 3(b)",
        ),
        (
            LINK,
            {"suppressed": frozenset(Purpose), "stopped_since_request": True},
            "SOR/2013-221 s. 3(b)",
        ),
        (APPOINTMENT, {"standings": said(APPOINTMENT, Decision.GIVEN, verified=False)}, "express"),
        (APPOINTMENT, {"standings": said(APPOINTMENT, Decision.GIVEN, Basis.IMPLIED)}, "implied"),
        (APPOINTMENT, {"is_booked": True}, "s. 6(6)(b)"),
        (CARE, {"standings": said(CARE, Decision.GIVEN)}, "express"),
        (
            PROMOTION,
            {"standings": said(PROMOTION, Decision.GIVEN), "inquired_on": date(2020, 1, 1)},
            "express",
        ),
        (PROMOTION, {}, "implied by the inquiry"),
        (
            PROMOTION,
            {"standings": said(PROMOTION, Decision.GIVEN, Basis.IMPLIED)},
            "implied by the inquiry",
        ),
    ],
)
def test_what_may_go_out_names_its_ground(message, changes, ground):
    ruling = may_send(message, replace(BARE, **changes), on=TODAY)

    assert ruling.allowed
    assert ground in ruling.ground
    assert ruling.consent_event_id == (7 if "standings" in changes else None)


@pytest.mark.parametrize(
    ("message", "changes", "reason"),
    [
        (CALLBACK, {"do_not_call": True}, "asked not to be called"),
        (CALLBACK, {"number_is_wrong": True}, "number was wrong"),
        (CALLBACK, {"inquired_on": None}, "nobody asked"),
        (VOICEMAIL, {"voicemail_ok": False}, "did not allow a voicemail"),
        (VOICEMAIL, {"do_not_call": True}, "asked not to be called"),
        (ACKNOWLEDGEMENT, {"email_known": False}, "no address"),
        (ACKNOWLEDGEMENT, {"stopped_since_request": True}, "stopped all emails"),
        (ACKNOWLEDGEMENT, {"inquired_on": None}, "no request"),
        (LINK, {"email_known": False}, "no address"),
        (APPOINTMENT, {}, "nothing was agreed to"),
        (
            APPOINTMENT,
            {"standings": said(APPOINTMENT, Decision.REFUSED), "is_booked": True},
            "refused on",
        ),
        (
            APPOINTMENT,
            {"standings": said(APPOINTMENT, Decision.WITHDRAWN), "is_booked": True},
            "withdrawn on",
        ),
        (
            APPOINTMENT,
            {"suppressed": frozenset({Purpose.REMINDERS}), "is_booked": True},
            "suppression list",
        ),
        (
            APPOINTMENT,
            {"standings": said(APPOINTMENT, Decision.GIVEN, Basis.IMPLIED), "inquired_on": TODAY},
            "nothing",
        ),
        (CARE, {}, "express consent"),
        (CARE, {"standings": said(CARE, Decision.GIVEN, Basis.IMPLIED)}, "express consent"),
        (CARE, {"standings": said(CARE, Decision.GIVEN, verified=False)}, "not verified"),
        (CARE, {"standings": said(CARE, Decision.INVALIDATED)}, "invalidated on"),
        (PROMOTION, {"standings": said(PROMOTION, Decision.GIVEN, verified=False)}, "not verified"),
        (PROMOTION, {"standings": said(PROMOTION, Decision.REFUSED)}, "refused on"),
        (PROMOTION, {"standings": said(PROMOTION, Decision.WITHDRAWN)}, "withdrawn on"),
        (PROMOTION, {"standings": said(PROMOTION, Decision.INVALIDATED)}, "invalidated on"),
        (PROMOTION, {"address_verified": False}, "not verified"),
        (PROMOTION, {"inquired_on": date(2026, 5, 23)}, "six months"),
        (PROMOTION, {"inquired_on": None}, "six months"),
        (PROMOTION, {"suppressed": frozenset({Purpose.NEWS})}, "suppression list"),
    ],
)
def test_what_may_not_go_out_says_why(message, changes, reason):
    ruling = may_send(message, replace(BARE, **changes), on=TODAY)

    assert not ruling.allowed
    assert reason in ruling.ground
    assert ruling.consent_event_id is None


@pytest.mark.parametrize("message", OF)
def test_a_withdrawal_and_the_suppression_list_outweigh_every_ground(message):
    best = replace(BARE, is_booked=True, standings=said(message, Decision.GIVEN))

    assert may_send(message, best, on=TODAY).allowed
    assert not may_send(
        message, replace(best, standings=said(message, Decision.WITHDRAWN)), on=TODAY
    ).allowed
    assert not may_send(
        message, replace(best, suppressed=frozenset({OF[message]})), on=TODAY
    ).allowed


@pytest.mark.parametrize(
    ("inquired_on", "first", "last"),
    [
        ("2026-11-23", "2026-11-24", "2027-05-23"),
        ("2026-08-31", "2026-09-01", "2027-02-28"),  # February has no 31st
        ("2027-08-29", "2027-08-30", "2028-02-29"),  # a leap year has a 29th
        ("2027-08-31", "2027-09-01", "2028-02-29"),
        ("2026-08-28", "2026-08-29", "2027-02-28"),
        ("2028-02-28", "2028-02-29", "2028-08-28"),
        # Counted back, the 31st of August meets the end of February
        (
            "2028-02-29",
            "2028-03-01",
            "2028-08-31",
        ),
        ("2026-12-31", "2027-01-01", "2027-06-30"),
        ("2026-06-30", "2026-07-01", "2026-12-31"),
    ],
)
def test_an_inquiry_counts_for_the_six_months_before_the_day_of_sending(inquired_on, first, last):
    day, first_day, last_day = map(date.fromisoformat, (inquired_on, first, last))

    assert first_day == day + timedelta(days=1)
    assert [
        is_within_inquiry(day, on)
        for on in (day, first_day, last_day, last_day + timedelta(days=1))
    ] == [False, True, True, False]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_the_inquiry_ends_once_and_for_all(inquired_on, days):
    on = inquired_on + timedelta(days=days)

    assert is_within_inquiry(inquired_on, on) == (0 < days <= 184) or 181 <= days <= 185
    if days > 1 and is_within_inquiry(inquired_on, on):
        assert is_within_inquiry(inquired_on, on - timedelta(days=1))


def test_every_class_has_a_rule():
    assert all(may_send(message, BARE, on=TODAY).ground for message in MessageClass)


def test_the_facts_are_what_the_database_knows(session, clinic, lead):
    ana = lead(agreed_to={Purpose.NEWS}, voicemail_ok=True)

    facts = consent_facts(session, consent_of(session, ana), clinic, now=NOON)

    assert (facts.inquired_on, facts.email_known, facts.voicemail_ok) == (
        date(2026, 11, 23),
        True,
        True,
    )
    assert facts.standings[(Purpose.NEWS, Channel.EMAIL)].is_given
    assert not may_send(PROMOTION, facts, on=TODAY).allowed  # not verified yet
    happens(session, ana, Decision.VERIFIED, Purpose.NEWS)
    assert may_send(
        PROMOTION, consent_facts(session, consent_of(session, ana), clinic, now=NOON), on=TODAY
    ).allowed


def test_the_day_of_an_inquiry_is_the_clinics(session, clinic, lead):
    late = lead(now=NOON.replace(day=24, hour=4))  # 23:00 in Toronto, the day before

    assert consent_facts(session, consent_of(session, late), clinic, now=NOON).inquired_on == date(
        2026, 11, 23
    )


def test_without_a_hash_of_the_address_nothing_is_sent_that_could_be_suppressed(
    session, clinic, lead
):
    old = lead(agreed_to=set(Purpose))
    happens(session, old, Decision.VERIFIED, Purpose.NEWS)
    old.email_hash = None

    assert not may_send(
        PROMOTION, consent_facts(session, consent_of(session, old), clinic, now=NOON), on=TODAY
    ).allowed


def test_suppression_is_looked_up_by_the_address(session, clinic, lead):
    ana = lead(agreed_to=set(Purpose))
    suppress(session, lead(email="ANA@example.com"), [Purpose.REMINDERS], now=NOON)

    assert not may_send(
        APPOINTMENT, consent_facts(session, consent_of(session, ana), clinic, now=NOON), on=TODAY
    ).allowed


def test_stopping_everything_holds_the_answer_to_the_request_too_but_not_to_the_next_one(
    session, clinic, lead
):
    ana = lead(agreed_to=set(Purpose))
    happens(session, ana, Decision.WITHDRAWN, *Purpose, now=NOON + timedelta(minutes=1))
    asks_again = lead(email="ana@example.com", now=NOON + timedelta(days=1))

    assert not may_send(
        ACKNOWLEDGEMENT,
        consent_facts(session, consent_of(session, ana), clinic, now=NOON),
        on=TODAY,
    ).allowed
    assert may_send(
        ACKNOWLEDGEMENT,
        consent_facts(session, consent_of(session, asks_again), clinic, now=NOON),
        on=TODAY,
    ).allowed


@pytest.mark.parametrize(
    ("status", "hours", "may"),
    [
        (Status.DO_NOT_CALL, 1, False),
        (Status.WRONG_NUMBER, 1, False),
        (Status.DO_NOT_CALL, -1, True),
        (Status.NO_ANSWER, 1, True),
    ],
)
def test_what_staff_noted_of_a_number_since_the_request_forbids_calls(
    session, clinic, lead, status, hours, may
):
    ana = lead()
    other = lead(phone=ana.phone_typed, name="Same number")
    session.add(QueueRow(lead_id=other.id, status=status, status_at=NOON + timedelta(hours=hours)))

    assert (
        may_send(
            CALLBACK, consent_facts(session, consent_of(session, ana), clinic, now=NOON), on=TODAY
        ).allowed
        is may
    )


def test_spam_is_no_inquiry_and_a_booking_is_an_appointment(session, clinic, lead):
    ana = lead(email="ana@example.com")
    row = QueueRow(lead_id=ana.id, status=Status.SPAM, status_at=NOON)
    session.add(row)
    session.flush()
    assert consent_facts(session, consent_of(session, ana), clinic, now=NOON).inquired_on is None

    row.status = Status.BOOKED

    assert consent_facts(session, consent_of(session, ana), clinic, now=NOON).is_booked
