"""What the Alert column tells staff about a request: said by rules, one line each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from intake.contacts import Doubt
from intake.models import Status
from intake.sheet.queue.statuses import OPEN, parse_status, transition

MOST = 3
"""Warnings of each kind that are shown, the newest: an Alert for hundreds of requests from one
number must stay short.
"""


@dataclass(frozen=True)
class Other:
    """Another request from the same number. Days are the clinic's."""

    ref: str
    received: date
    status: Status
    status_on: date


@dataclass(frozen=True)
class AlertFacts:
    """What the rules look at; *others* are oldest first, split by whether they came before or after
    this one.
    """

    status: Status
    sheet_status: str
    today: date
    before: Sequence[Other] = ()
    after: Sequence[Other] = ()
    is_duplicated: bool = False
    doubt: Doubt | None = None
    """What is odd about the number itself."""


def alert(facts: AlertFacts) -> str:
    """Return the lines of the Alert cell, the gravest first; empty when there is nothing to say."""
    return "\n".join(
        (*_twice(facts), *_move(facts), *_warnings(facts), *_number(facts), *_repeats(facts))
    )


def _twice(facts: AlertFacts) -> Iterator[str]:
    if facts.is_duplicated:
        yield "This row is here twice: delete one copy. Until then nothing you write in it is read."


def _move(facts: AlertFacts) -> Iterator[str]:
    written = parse_status(facts.sheet_status)
    if written is facts.status:
        return
    stays = f"the record stays “{facts.status}”"
    if not facts.sheet_status.strip():
        yield f"Status is empty; {stays}. Choose a status."
    elif written is None:
        yield f"Status is not one of the list; {stays}. Choose one from the list."
    elif transition(facts.status, written):
        yield f"An admin took “{written}” back; the record says “{facts.status}”. Choose a status."
    elif facts.status is Status.DO_NOT_CALL:
        yield f"Calls were forbidden; {stays}. Only an admin can lift it (intake queue reopen)."
    else:
        hint = "" if facts.status in OPEN else " Choose Claimed to take it up again."
        yield f"“{written}” does not follow “{facts.status}”; {stays}.{hint}"


def _warnings(facts: AlertFacts) -> Iterator[str]:
    forbidden = [
        other for other in (*facts.before, *facts.after) if other.status is Status.DO_NOT_CALL
    ]
    wrong = [other for other in facts.before if other.status is Status.WRONG_NUMBER]
    for other in forbidden[-MOST:]:
        day = _day(other.status_on, facts.today)
        yield f"DO NOT CALL: asked on {day} not to be called ({other.ref}). Ask before you dial."
    for other in wrong[-MOST:]:
        yield f"This number was wrong on {_day(other.status_on, facts.today)} ({other.ref})."


def _number(facts: AlertFacts) -> Iterator[str]:
    if facts.doubt is Doubt.COSTLY:
        yield "Calling this number may cost extra (premium rate). Check before you dial."
    elif facts.doubt is Doubt.NOT_KNOWN:
        yield (
            "This number’s area code is not known: it may be new, or mistyped. Check before "
            "you dial."
        )


def _repeats(facts: AlertFacts) -> Iterator[str]:
    if any(other.status in OPEN for other in facts.before):
        last = facts.before[-1]
        which = f"{_ordinal(len(facts.before) + 1)} request from this number"
        yield (
            f"{which}. The one of {_day(last.received, facts.today)} stands at “{last.status}” "
            f"({last.ref})."
        )
    if facts.after and facts.status in OPEN:
        newest = facts.after[-1]
        yield f"This number asked again on {_day(newest.received, facts.today)} ({newest.ref})."


def _day(day: date, today: date) -> str:
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def _ordinal(number: int) -> str:
    ending = (
        "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
