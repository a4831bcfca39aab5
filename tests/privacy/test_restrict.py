"""Lock-box: out of the sheet and back, with the reason in the log."""

from typing import Any

import pytest
from sqlalchemy import select

from intake.models import AccessLogEntry, Act, OutboxEntry, QueueRow, Topic
from intake.outbox import due_entries
from intake.privacy.find import NotDone, others_of_person, request_of, standing_request
from intake.privacy.restrict import release, restrict
from intake.sheet.queue.removal_orders import MAY_COME
from tests.conftest import NOON
from tests.privacy.held import ADMIN, ONE_ENGINE

HOW: dict[str, Any] = {"endpoint": "privacy_desk.restrict", "now": NOON}


def waiting(session):
    asked = (
        select(OutboxEntry.topic).where(OutboxEntry.delivered_at.is_(None)).order_by(OutboxEntry.id)
    )
    return session.scalars(asked).all()


def test_a_locked_request_leaves_the_sheet_and_comes_back_when_it_is_released(session, lead):
    ana = lead()
    session.flush()
    session.add(QueueRow(lead_id=ana.id, tab=1, status_at=NOON))
    session.query(OutboxEntry).update({"delivered_at": NOON})

    restrict(session, ana, ADMIN, reason="she asked", **HOW)
    assert (ana.restricted_at, waiting(session)) == (NOON, [Topic.REMOVE_ROW])

    release(session, ana, ADMIN, reason="she agreed", **HOW)
    # Who is asked to leave leaves first
    assert (ana.restricted_at, waiting(session)) == (None, [Topic.REMOVE_ROW, Topic.QUEUE_ROW])
    lines = session.scalars(select(AccessLogEntry).order_by(AccessLogEntry.id)).all()
    assert [(one.act, one.reason, one.subjects[0].lead_id) for one in lines] == [
        (Act.RESTRICTED, "she asked", ana.id),
        (Act.RELEASED, "she agreed", ana.id),
    ]


@ONE_ENGINE
def test_one_that_never_came_to_the_sheet_does_not_come_there(session, lead):
    ana = lead()
    restrict(session, ana, ADMIN, reason="asked", **HOW)
    session.flush()

    assert due_entries(session, Topic.QUEUE_ROW, now=NOON, only=MAY_COME) == []


@ONE_ENGINE
@pytest.mark.parametrize(("rule", "said"), [(release, "not locked"), (restrict, "Say why")])
def test_what_cannot_be_done_is_said(session, lead, rule, said):
    with pytest.raises(NotDone, match=said):
        rule(session, lead(), ADMIN, reason=" ", **HOW)


@ONE_ENGINE
def test_a_request_is_found_by_its_reference_however_it_is_typed(session, lead, clinic):
    ana = lead()
    session.flush()

    assert request_of(session, ana.ref.lower().replace("-", " "), clinic.key) is ana
    with pytest.raises(NotDone, match="check the reference"):
        request_of(session, "K7F-2QGX", clinic.key)
    ana.erased_at = NOON
    with pytest.raises(NotDone, match="was erased"):
        standing_request(session, ana.ref, clinic.key)


def test_other_requests_of_the_address_are_offered(session, lead):
    ana, again, without = lead(email="ana@example.com"), lead(email="ana@example.com"), lead()
    session.flush()

    assert others_of_person(session, ana) == [again]
    assert others_of_person(session, without) == []
