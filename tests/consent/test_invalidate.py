"""An agreement that was recorded by mistake is taken back by an event, never by altering the
record.
"""

import pytest

from intake.consent.facts import consent_facts
from intake.consent.invalidate import invalidate
from intake.consent.may_send import MessageClass, may_send
from intake.consent.person_consent import agreements, consent_of
from intake.consent.staff_withdrawal import NotRecorded
from intake.models import Decision, Purpose
from tests.conftest import NOON

NEWS = Purpose.NEWS


def test_what_was_no_valid_consent_counts_no_more_and_its_record_stays(session, clinic, lead):
    ana = lead(agreed_to={NEWS, Purpose.REMINDERS})
    before = len(ana.consent_events)

    event = invalidate(
        session, ana.ref, NEWS, clinic=clinic, reason="her brother filled it in", now=NOON
    )

    session.expire(ana)
    assert agreements(session, [ana.id])[ana.id] == {Purpose.REMINDERS}
    assert len(ana.consent_events) == before + 1
    assert (event.decision, event.actor, event.opening.values["reason"]) == (
        Decision.INVALIDATED,
        "staff",
        "her brother filled it in",
    )
    facts = consent_facts(session, consent_of(session, ana), clinic, now=NOON)
    assert not may_send(MessageClass.PROMOTION, facts, on=NOON.date()).allowed


def test_whoever_agrees_again_agrees_anew(session, clinic, lead):
    ana = lead(agreed_to={NEWS})
    invalidate(session, ana.ref, NEWS, clinic=clinic, reason="a test by staff", now=NOON)

    again = lead(agreed_to={NEWS})

    assert agreements(session, [again.id])[again.id] == {NEWS}


@pytest.mark.parametrize(
    ("ref", "purpose", "reason", "said"),
    [
        ("ZZZ-ZZZZ", NEWS, "x", "check the reference"),
        (None, Purpose.CARE, "x", "nothing to invalidate"),
        (None, NEWS, " ", "Say why"),
    ],
)
def test_what_can_not_be_is_said(session, clinic, lead, ref, purpose, reason, said):
    ana = lead(agreed_to={NEWS})

    with pytest.raises(NotRecorded, match=said):
        invalidate(session, ref or ana.ref, purpose, clinic=clinic, reason=reason, now=NOON)
