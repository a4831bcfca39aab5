"""Two requests are the same by what the answers mean, however they were typed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from intake.callback.sameness import CallbackRequest
from intake.contacts import parse_email, parse_phone
from intake.models import Lead, Purpose
from tests.factories import ADDRESS_KEY, NOON, answers, shown, submit_callback

FIRST = answers(
    phone="613-559-0001",
    name="Ana O’Neil-Đặng",
    email=parse_email("ana@bücher.example"),
    what_hurts="My left knee",
    services=("massage", "physiotherapy"),
    agreed_to={Purpose.NEWS},
)


def retyped(**changes: Any) -> CallbackRequest:
    return replace(FIRST, **changes)


def dialled(phone: str) -> CallbackRequest:
    return replace(FIRST, phone=parse_phone(phone))


SAME = [
    dialled("(613) 559-0001"),
    dialled("+1 613 559 0001"),
    dialled("1.613.559.0001"),
    retyped(email="ana@BÜCHER.example"),
    retyped(email="ana@xn--bcher-kva.example"),
    retyped(email="Ana@bücher.example"),
    retyped(email="ana@bu\u0308cher.example"),
    retyped(name="Ana  O’Neil-Đặng "),
    retyped(name="Ana\u00a0O'Neil-Đặng"),
    retyped(name="Ana O’Neil-Đa\u0323\u0306ng"),
    retyped(what_hurts="My left\nknee "),
    retyped(what_hurts="My left\r\nknee"),
    retyped(services=("physiotherapy", "massage")),
]
OTHER = [
    dialled("613-559-0002"),
    dialled("613-559-0001 ext. 4"),
    retyped(email="ana@bucher.example"),
    retyped(email=None),
    retyped(name="Ana O’Neil-Dang"),
    retyped(name="ana o’neil-đặng"),
    retyped(what_hurts="My right knee"),
    retyped(services=("massage",)),
    retyped(voicemail_ok=True),
    retyped(agreed_to=frozenset()),
    retyped(best_time=None),
    retyped(call_language="fr"),
]


def requests_of(session, clinic, *sent, nonce=None, apart=timedelta(minutes=1)):
    for number, request in enumerate(sent):
        submit_callback(
            session,
            request,
            shown(session, clinic, nonce=nonce),
            clinic=clinic,
            address_key=ADDRESS_KEY,
            now=NOON + number * apart,
        )
    return session.scalar(select(func.count()).select_from(Lead))


@pytest.mark.parametrize("again", SAME, ids=range(len(SAME)))
def test_what_is_typed_otherwise_is_the_same_request(session, clinic, again):
    assert requests_of(session, clinic, FIRST, again) == 1


@pytest.mark.parametrize("again", SAME, ids=range(len(SAME)))
def test_the_same_form_sent_later_typed_otherwise_is_the_same_request(session, clinic, again):
    assert requests_of(session, clinic, FIRST, again, nonce="one", apart=timedelta(hours=2)) == 1


@pytest.mark.parametrize("other", OTHER, ids=range(len(OTHER)))
def test_a_correction_is_a_request_of_its_own(session, clinic, other):
    assert requests_of(session, clinic, FIRST, other) == 2


def test_a_request_of_a_clock_that_was_ahead_does_not_swallow_one_of_today(session, clinic):
    assert requests_of(session, clinic, FIRST, FIRST, apart=-timedelta(days=30)) == 2
