"""What the ledger recorded of an answer, whether its record is its own or that of a request."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from intake.consent.act import event_facts
from intake.consent.recorded import (
    number_of_answers,
    recorded_answer,
    recorded_answers,
    shared_and_own,
)
from intake.consent.request_record import KIND
from intake.ledger import canonical_bytes, commitment
from intake.models import LedgerEntry, Purpose

FACTS = st.fixed_dictionaries(
    {
        "decision": st.sampled_from(["shown", "given"]),
        "purpose": st.sampled_from(["news", "care"]),
        "statement_version": st.integers(1, 3),
        "page": st.just("/"),
        "rendering_sha256": st.none() | st.just("ab"),
    }
)
ANSWERS = st.lists(FACTS, min_size=1, max_size=8).map(
    lambda several: [{**one, "id": f"answer {at}"} for at, one in enumerate(several)]
)


@given(ANSWERS)
def test_each_answer_comes_out_as_it_went_in(answers):
    record = {
        "kind": "request",
        "request": "K7F-2QGX",
        "clinic": "riverside",
        **shared_and_own(answers),
    }

    found = recorded_answers(json.loads(canonical_bytes(record)))

    assert found == {
        one["id"]: {**one, "request": "K7F-2QGX", "clinic": "riverside", "person": {}}
        for one in answers
    }


def test_an_answer_is_bound_to_the_person_but_not_to_what_hurts(session, lead):
    ana = lead(agreed_to={Purpose.NEWS}, what_hurts="My knee")
    canonical = session.scalars(select(LedgerEntry.canonical).where(LedgerEntry.kind == KIND)).one()

    assert number_of_answers(canonical) == len(ana.consent_events) == 6
    for event in ana.consent_events:
        answer = recorded_answer(canonical, event.uid)
        assert answer.items() >= event_facts(event).items()
        assert answer["request"] == ana.ref
        assert answer["person"]["email"] == commitment(ana.salt, "email", ana.email)
        assert answer["person"].keys() <= {
            "name",
            "phone",
            "email",
            "network",
            "network_hash",
            "browser",
        }
    assert json.loads(canonical)["person"].keys() >= {"what_hurts", "answers"}


def test_a_record_of_its_own_tells_of_one_answer():
    alone = canonical_bytes({"kind": "consent", "id": "one", "decision": "given"})

    assert recorded_answer(alone, "one") == {"kind": "consent", "id": "one", "decision": "given"}
    assert (recorded_answer(alone, "two"), number_of_answers(alone)) == (None, 1)


def test_a_request_that_was_only_corrected_tells_of_no_answer():
    corrected = canonical_bytes({"kind": "request", "id": "one", "why": "corrected"})

    assert (recorded_answer(corrected, "one"), number_of_answers(corrected)) == (None, 0)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"1", b'{"kind": "consent"}', b'{"consents": 1}', b'{"consents": {"a": 1}}'],
)
def test_what_is_no_record_tells_of_nothing_and_says_so(data):
    with pytest.raises(ValueError, match="record"):
        recorded_answer(data, "a")

    assert number_of_answers(data) == 0
