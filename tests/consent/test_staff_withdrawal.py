"""Withdrawals that staff record, and the term of the law."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intake.consent.person_consent import agreements
from intake.consent.staff_withdrawal import NotRecorded, withdraw_for, withdrawals
from intake.models import ConsentEvent, Decision, Purpose
from tests.consent.telling import BUTTON, NOON, happens
from tests.factories import ADDRESS_KEY

MONDAY = date(2026, 11, 23)


@pytest.fixture
def told(session, clinic):
    """`told(ref, days=3)` records what the person said *days* after Monday, on the day *now*."""

    def telling(ref, *, received=MONDAY, now=NOON, purposes=tuple(Purpose), by="letter", note=""):
        return withdraw_for(
            session,
            ref,
            purposes,
            clinic=clinic,
            address_key=ADDRESS_KEY,
            by=by,
            received=received,
            note=note,
            now=now,
        )

    return telling


def test_it_takes_effect_at_once_and_keeps_when_and_how_it_was_said(session, lead, told):
    ana = lead(agreed_to={Purpose.NEWS, Purpose.CARE})

    recorded = told(
        ana.ref.lower().replace("-", " "),
        purposes=[Purpose.NEWS],
        now=NOON + timedelta(days=2),
        note="in the binder",
    )

    assert (recorded.ended, recorded.business_days, recorded.agreed_since) == (
        {Purpose.NEWS},
        2,
        set(),
    )
    assert agreements(session, [ana.id]) == {ana.id: {Purpose.CARE}}
    event = session.scalars(
        select(ConsentEvent).where(ConsentEvent.decision == Decision.WITHDRAWN)
    ).one()
    assert (event.method, event.source, event.actor, event.control, event.page) == (
        "letter",
        "staff",
        "staff",
        "none",
        "",
    )
    # Not before the request itself
    assert (event.occurred_at, event.recorded_at) == (
        NOON,
        NOON + timedelta(days=2),
    )
    assert event.opening.values["reason"] == "in the binder"
    assert told(ana.ref, purposes=[Purpose.NEWS]).ended == set()


@pytest.mark.parametrize(
    ("ref", "received", "said"),
    [
        ("K7F-2QGX", MONDAY, "check the reference"),
        ("", MONDAY, "check the reference"),
        (None, MONDAY + timedelta(days=1), "still to come"),
        (None, MONDAY - timedelta(days=1), "check the date"),
    ],
)
def test_what_can_not_be_is_refused(session, lead, told, ref, received, said):
    ana = lead(agreed_to={Purpose.NEWS})

    with pytest.raises(NotRecorded, match=said):
        told(ana.ref if ref is None else ref, received=received)
    assert agreements(session, [ana.id]) == {ana.id: {Purpose.NEWS}}


def test_the_day_is_the_clinics(lead, told):
    ana = lead(now=NOON, agreed_to={Purpose.NEWS})
    eleven_in_the_evening = NOON.replace(day=24, hour=4)

    with pytest.raises(NotRecorded, match="still to come"):
        told(ana.ref, received=MONDAY + timedelta(days=1), now=eleven_in_the_evening)


def test_what_was_agreed_to_after_the_letter_is_ended_and_told(session, lead, told):
    ana = lead(agreed_to={Purpose.NEWS})
    happens(session, ana, Decision.GIVEN, Purpose.NEWS, now=NOON + timedelta(days=2))

    recorded = told(ana.ref, now=NOON + timedelta(days=3))

    assert recorded.agreed_since == {Purpose.NEWS}
    assert agreements(session, [ana.id]) == {ana.id: set()}


def test_the_tracker_counts_business_days_and_finds_what_took_too_long(session, clinic, lead, told):
    ana, ben, zoe = (lead(agreed_to={Purpose.NEWS}, email=f"p{n}@example.com") for n in range(3))
    told(ana.ref, now=NOON + timedelta(days=14), by="phone")
    told(ben.ref, now=NOON + timedelta(days=15), purposes=[Purpose.NEWS])
    happens(session, zoe, Decision.WITHDRAWN, Purpose.NEWS, manner=BUTTON)

    handled = withdrawals(session, clinic)

    assert [
        (one.ref, one.by, one.received, one.effected, one.business_days, one.is_late)
        for one in handled
    ] == [
        (ana.ref, "phone", MONDAY, date(2026, 12, 7), 10, False),
        (ben.ref, "letter", MONDAY, date(2026, 12, 8), 11, True),
        (zoe.ref, "button", MONDAY, MONDAY, 0, False),
    ]
    assert set(handled[0].purposes) == set(Purpose)
    assert [one.ref for one in withdrawals(session, clinic, since=date(2026, 12, 8))] == [ben.ref]
