"""The state machine: the moves that make sense, by name."""

import pytest

from intake.models import Status
from intake.sheet.queue.statuses import (
    CLOSED,
    OPEN,
    TRANSITIONS,
    is_attempt,
    parse_status,
    transition,
)

S = Status


RANG = {
    S.NO_ANSWER,
    S.LEFT_VOICEMAIL,
    S.CALL_BACK_LATER,
    S.REACHED,
    S.BOOKED,
    S.NOT_INTERESTED,
    S.WRONG_NUMBER,
}
FROM_OPEN = {*RANG, S.CLAIMED, S.DO_NOT_CALL, S.DUPLICATE, S.SPAM}
MOVES = {
    S.NEW: FROM_OPEN,
    S.CLAIMED: {*FROM_OPEN, S.NEW} - {S.CLAIMED},
    S.NO_ANSWER: FROM_OPEN - {S.NO_ANSWER},
    S.LEFT_VOICEMAIL: FROM_OPEN - {S.LEFT_VOICEMAIL},
    S.CALL_BACK_LATER: FROM_OPEN - {S.CALL_BACK_LATER},
    S.REACHED: {
        S.CLAIMED,
        S.CALL_BACK_LATER,
        S.BOOKED,
        S.NOT_INTERESTED,
        S.WRONG_NUMBER,
        S.DO_NOT_CALL,
        S.DUPLICATE,
        S.SPAM,
    },
    S.BOOKED: {S.CLAIMED, S.NOT_INTERESTED, S.DO_NOT_CALL},
    S.NOT_INTERESTED: {S.CLAIMED, S.BOOKED, S.DO_NOT_CALL},
    S.WRONG_NUMBER: {S.CLAIMED, S.DO_NOT_CALL},
    S.DUPLICATE: {S.CLAIMED, S.DO_NOT_CALL},
    S.SPAM: {S.CLAIMED, S.DO_NOT_CALL},
    S.DO_NOT_CALL: set(),
}
"""Every move that there is."""


@pytest.mark.parametrize("source", list(Status))
def test_the_moves_from_each_status_and_which_of_them_tell_of_a_call(source):
    moves = {target: move for target in Status if (move := transition(source, target))}

    assert set(moves) == MOVES[source]
    is_open = source in {S.NEW, S.CLAIMED, S.NO_ANSWER, S.LEFT_VOICEMAIL, S.CALL_BACK_LATER}
    told = {target for target, move in moves.items() if is_attempt(move, source)}
    assert told == (RANG & MOVES[source] if is_open else set())


@pytest.mark.parametrize(
    ("source", "target", "name"),
    [
        (S.NEW, S.CLAIMED, "claim"),
        (S.CLAIMED, S.NEW, "release"),
        (S.NEW, S.NO_ANSWER, "find nobody"),
        (S.NO_ANSWER, S.LEFT_VOICEMAIL, "leave voicemail"),
        (S.REACHED, S.CALL_BACK_LATER, "postpone"),
        (S.CALL_BACK_LATER, S.REACHED, "reach"),
        (S.REACHED, S.BOOKED, "book"),
        (S.NOT_INTERESTED, S.BOOKED, "book"),
        (S.BOOKED, S.NOT_INTERESTED, "decline"),
        (S.NEW, S.WRONG_NUMBER, "find the number wrong"),
        (S.BOOKED, S.DO_NOT_CALL, "forbid calls"),
        (S.NEW, S.DUPLICATE, "set aside as a duplicate"),
        (S.NEW, S.SPAM, "set aside as spam"),
        (S.SPAM, S.CLAIMED, "reopen"),
    ],
)
def test_a_move_that_makes_sense_has_a_name(source, target, name):
    move = transition(source, target)

    assert move is not None
    assert move.name == name


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (S.BOOKED, S.NEW),
        (S.SPAM, S.BOOKED),
        (S.WRONG_NUMBER, S.REACHED),
        (S.NO_ANSWER, S.NEW),
        (S.DUPLICATE, S.LEFT_VOICEMAIL),
        *((S.DO_NOT_CALL, other) for other in Status),
    ],
)
def test_a_move_that_makes_no_sense_has_none(source, target):
    assert transition(source, target) is None


def test_every_status_can_be_reached_and_each_name_is_used_once():
    assert {move.target for move in TRANSITIONS} == set(Status)
    assert len({move.name for move in TRANSITIONS}) == len(TRANSITIONS)
    assert set(Status) == OPEN | CLOSED


@pytest.mark.parametrize("source", sorted(set(Status) - {S.DO_NOT_CALL}))
def test_calls_can_be_forbidden_from_everywhere(source):
    assert transition(source, S.DO_NOT_CALL) is not None


@pytest.mark.parametrize("words", ["No answer", " no  ANSWER ", "No answer\n"])
def test_a_status_is_known_by_its_words(words):
    assert parse_status(words) is S.NO_ANSWER


@pytest.mark.parametrize("words", ["", "Nope", "New!", "None"])
def test_other_words_are_no_status(words):
    assert parse_status(words) is None


def test_booking_somebody_who_was_reached_is_no_second_call():
    booked_at_once, booked_later = transition(S.NEW, S.BOOKED), transition(S.REACHED, S.BOOKED)

    assert is_attempt(booked_at_once, S.NEW)
    assert not is_attempt(booked_later, S.REACHED)
    assert not is_attempt(transition(S.NEW, S.CLAIMED), S.NEW)
