"""What stands, as a fold: against a table of every state and every act, and by example."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.consent.fold import FORMER_ADDRESS, fold
from intake.models import Basis, Channel, Decision, Purpose
from tests.consent.telling import told

ACTS = {
    "ticked": (Decision.GIVEN, Basis.EXPRESS, "checkbox"),
    "renewed": (Decision.RENEWED, Basis.EXPRESS, "checkbox"),
    "pressed": (Decision.GIVEN, Basis.IMPLIED, "button"),
    "silent": (Decision.GIVEN, Basis.IMPLIED, "none"),
    "refused": (Decision.REFUSED, Basis.EXPRESS, "checkbox"),
    "withdrawn": (Decision.WITHDRAWN, Basis.EXPRESS, "button"),
    "invalidated": (Decision.INVALIDATED, Basis.EXPRESS, "none"),
    "shown": (Decision.SHOWN, Basis.EXPRESS, "checkbox"),
    "superseded": (Decision.SUPERSEDED, Basis.EXPRESS, "checkbox"),
    "exported": (Decision.EXPORTED, Basis.EXPRESS, "none"),
    "verified": (Decision.VERIFIED, Basis.EXPRESS, "button"),
    "erased": (Decision.ERASED, Basis.EXPRESS, "none"),
}
TABLE = """
             ticked   renewed  pressed  silent     refused    withdrawn  invalidated
never        express  express  implied  implied    refused    withdrawn  invalidated
refused      express  express  implied  refused    refused    withdrawn  invalidated
express      express  express  express  express    express    withdrawn  invalidated
implied      express  express  implied  implied    implied    withdrawn  invalidated
withdrawn    express  express  implied  withdrawn  withdrawn  withdrawn  withdrawn
invalidated  express  express  implied  implied    refused    withdrawn  invalidated
"""
HEAD, *ROWS = [line.split() for line in TABLE.strip().splitlines()]
MODEL = {row[0]: dict(zip(HEAD, row[1:], strict=True)) for row in ROWS}


def events(acts):
    for number, (act, purpose, lead) in enumerate(acts, start=1):
        decision, basis, control = ACTS[act]
        whole = None if act in {"exported", "erased"} else purpose
        yield told(number, decision, purpose=whole, lead=lead, basis=basis, control=control)


def by_the_table(acts):
    states = dict.fromkeys(Purpose, "never")
    for act, purpose, _ in acts:
        if act == "erased":
            states = dict.fromkeys(Purpose, "never")
        else:
            states[purpose] = MODEL[states[purpose]].get(act, states[purpose])
    return {purpose: state for purpose, state in states.items() if state != "never"}


def in_words(standing):
    return standing.basis.value if standing.is_given else standing.decision.value


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ACTS)), st.sampled_from(list(Purpose)), st.integers(1, 3)),
        max_size=25,
    )
)
def test_the_fold_is_what_the_table_says_whatever_happens(acts):
    stands = fold(events(acts))

    assert {
        purpose: in_words(standing) for (purpose, _), standing in stands.items()
    } == by_the_table(acts)
    for (purpose, _), standing in stands.items():
        act, about, _ = acts[standing.event - 1]
        assert about is purpose
        assert in_words(standing) in {act, ACTS[act][1].value}, "it rests on an event that says so"


LEADING_TO = {
    "never": [],
    "refused": ["refused"],
    "express": ["ticked"],
    "implied": ["pressed"],
    "withdrawn": ["ticked", "withdrawn"],
    "invalidated": ["ticked", "invalidated"],
}


@pytest.mark.parametrize("act", HEAD)
@pytest.mark.parametrize("state", MODEL)
def test_each_act_on_each_state_leads_where_the_table_says(state, act):
    stands = fold(events([(one, Purpose.NEWS, 1) for one in (*LEADING_TO[state], act)]))

    assert in_words(stands[(Purpose.NEWS, Channel.EMAIL)]) == MODEL[state][act]


@given(
    st.lists(
        st.tuples(st.sampled_from(list(ACTS)), st.just(Purpose.NEWS), st.integers(1, 3)),
        max_size=25,
    )
)
def test_only_a_request_that_was_verified_vouches_for_its_agreement(acts):
    stands = fold(events(acts)).get((Purpose.NEWS, Channel.EMAIL))
    erased = max((at for at, (act, _, _) in enumerate(acts) if act == "erased"), default=-1)
    verified = {lead for act, _, lead in acts[erased + 1 :] if act == "verified"}

    if stands:
        assert stands.verified == (acts[stands.event - 1][2] in verified)


@pytest.mark.parametrize(
    ("acts", "stands"),
    [
        # An empty box on a later form refuses that request, and ends nothing
        (
            ["ticked", "refused"],
            "express",
        ),
        (["ticked", "superseded", "renewed"], "express"),
        (["ticked", "withdrawn", "refused"], "withdrawn"),
        # A form that takes submitting for agreement undoes no stop
        (
            ["ticked", "withdrawn", "silent"],
            "withdrawn",
        ),
        (["ticked", "withdrawn", "ticked"], "express"),
        # Undone with a button: stands again, and not as express
        (
            ["silent", "withdrawn", "pressed"],
            "implied",
        ),
        (["ticked", "invalidated"], "invalidated"),
        (["ticked", "shown"], "express"),
    ],
)
def test_examples(acts, stands):
    folded = fold(events([(act, Purpose.NEWS, 1) for act in acts]))

    assert in_words(folded[(Purpose.NEWS, Channel.EMAIL)]) == stands


def test_an_agreement_that_was_verified_stays_so_when_a_stranger_ticks_the_same_box():
    stands = fold(
        [told(1, Decision.GIVEN), told(2, Decision.VERIFIED), told(3, Decision.GIVEN, lead=2)]
    )

    assert (
        stands[(Purpose.NEWS, Channel.EMAIL)].event,
        stands[(Purpose.NEWS, Channel.EMAIL)].verified,
    ) == (1, True)


def test_a_strangers_tick_is_not_verified_by_what_the_person_once_confirmed():
    stands = fold(
        [told(1, Decision.REFUSED), told(2, Decision.VERIFIED), told(3, Decision.GIVEN, lead=2)]
    )

    assert stands[(Purpose.NEWS, Channel.EMAIL)].is_given
    assert not stands[(Purpose.NEWS, Channel.EMAIL)].verified


def test_since_when_is_the_time_of_the_event_that_it_rests_on():
    first, second = told(1, Decision.WITHDRAWN), told(2, Decision.WITHDRAWN)

    assert fold([first, second])[(Purpose.NEWS, Channel.EMAIL)].since == first.occurred_at


@pytest.mark.parametrize(
    ("decision", "before", "ended_nothing"),
    [
        (Decision.WITHDRAWN, "refused", True),
        (Decision.WITHDRAWN, "withdrawn", True),
        (Decision.WITHDRAWN, "invalidated", True),
        (Decision.WITHDRAWN, "given", False),
        (Decision.WITHDRAWN, "none", False),
        (Decision.REFUSED, "refused", False),
        (Decision.GIVEN, "withdrawn", False),
    ],
)
def test_only_a_withdrawal_of_what_did_not_stand_ended_nothing(decision, before, ended_nothing):
    stands = fold([replace(told(1, decision), default_state=before)])

    assert stands[(Purpose.NEWS, Channel.EMAIL)].ended_nothing is ended_nothing


def test_what_was_agreed_to_with_a_former_address_ended_and_was_not_never_asked():
    agreed = told(1, Decision.GIVEN, purpose=Purpose.NEWS)
    left = [
        told(at, Decision.INVALIDATED, purpose=Purpose.NEWS, control=FORMER_ADDRESS)
        for at in (2, 3)
    ]
    asked_since = told(4, Decision.GIVEN, purpose=Purpose.CARE)

    (news, care) = fold([agreed, *left, asked_since]).items()

    assert (news[0], news[1].decision, news[1].event) == (
        (Purpose.NEWS, Channel.EMAIL),
        Decision.INVALIDATED,
        2,
    )
    assert (care[0], care[1].is_given) == ((Purpose.CARE, Channel.EMAIL), True)


@pytest.mark.parametrize("control", ["button", FORMER_ADDRESS])
@pytest.mark.parametrize(
    "missing", [{"purpose": None}, {"channel": None}, {"purpose": None, "channel": None}]
)
def test_what_names_no_purpose_or_no_channel_changes_nothing(control, missing):
    agreed = told(1, Decision.GIVEN)
    nameless = replace(told(2, Decision.INVALIDATED, lead=2, control=control), **missing)

    assert fold([agreed, nameless]) == fold([agreed])


def test_what_others_agreed_to_with_an_address_stands_when_one_request_leaves_it():
    mine, others = told(1, Decision.GIVEN, lead=1), told(2, Decision.GIVEN, lead=2)
    left = told(3, Decision.INVALIDATED, lead=1, control=FORMER_ADDRESS)

    stands = fold([mine, others, left])[(Purpose.NEWS, Channel.EMAIL)]

    assert (stands.is_given, stands.event) == (True, 2)
