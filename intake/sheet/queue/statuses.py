"""The state machine of a request at the front desk: which moves make sense, and what each is
called.

A move that is not here stays in the sheet as staff wrote it, is flagged in Alert, and is not taken
over.
"""

from collections.abc import Set
from dataclasses import dataclass

from intake.models import Status
from intake.unseen import without_unseen

OPEN = frozenset(
    {Status.NEW, Status.CLAIMED, Status.NO_ANSWER, Status.LEFT_VOICEMAIL, Status.CALL_BACK_LATER}
)
"""Somebody still has to call."""
CLOSED = frozenset(Status) - OPEN
PROMISED = (Status.NEW, Status.CLAIMED)
"""Nobody has rung yet: the promise is open."""
TALKED = OPEN | {Status.REACHED}


@dataclass(frozen=True)
class Transition:
    """A named move. `rang`: made from an open request, it tells that somebody called or tried
    to.
    """

    name: str
    sources: Set[Status]
    target: Status
    rang: bool = False


TRANSITIONS = (
    Transition("claim", OPEN, Status.CLAIMED),
    Transition("release", {Status.CLAIMED}, Status.NEW),
    Transition("find nobody", OPEN, Status.NO_ANSWER, rang=True),
    Transition("leave voicemail", OPEN, Status.LEFT_VOICEMAIL, rang=True),
    Transition("postpone", TALKED, Status.CALL_BACK_LATER, rang=True),
    Transition("reach", OPEN, Status.REACHED, rang=True),
    Transition("book", TALKED | {Status.NOT_INTERESTED}, Status.BOOKED, rang=True),
    Transition("decline", TALKED | {Status.BOOKED}, Status.NOT_INTERESTED, rang=True),
    Transition("find the number wrong", TALKED, Status.WRONG_NUMBER, rang=True),
    Transition("forbid calls", frozenset(Status), Status.DO_NOT_CALL),
    Transition("set aside as a duplicate", TALKED, Status.DUPLICATE),
    Transition("set aside as spam", TALKED, Status.SPAM),
    # A slip is mended by taking the request in hand again. Nothing in the sheet leads away from "Do
    # not call".
    Transition("reopen", CLOSED - {Status.DO_NOT_CALL}, Status.CLAIMED),
)
_BY_WORDS = {status.value.casefold(): status for status in Status}


def parse_status(words: str) -> Status | None:
    """Return the status that *words* name, whatever their case, spaces and unseen characters; None
    when there is none.
    """
    return _BY_WORDS.get(" ".join(without_unseen(words).split()).casefold())


def transition(now: Status, target: Status) -> Transition | None:
    """Return the move from one status to another, or None when it makes no sense. Staying is no
    move.
    """
    fitting = (
        one
        for one in TRANSITIONS
        if one.target is target and now in one.sources and now is not target
    )
    return next(fitting, None)


def is_attempt(move: Transition, source: Status) -> bool:
    """Return whether the move tells of a call: booking somebody who was reached before is no second
    one.
    """
    return move.rang and source in OPEN
