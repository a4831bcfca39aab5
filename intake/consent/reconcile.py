"""Do the tables still say what the ledger recorded? The tree guards the ledger's bytes; this guards
everything else.

Whoever gets past the triggers may alter an event's row, a statement's words or a person's answer
without touching the record that was hashed: the two then differ, and it is said where.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.reconcile_events import Compared, Stretch, reconcile_events
from intake.consent.reconcile_people import (
    reconcile_addresses,
    reconcile_erasures,
    reconcile_order,
    reconcile_suppressions,
)
from intake.consent.reconcile_published import reconcile_renderings, reconcile_words
from intake.consent.reconcile_requests import reconcile_requests
from intake.consent.record import KIND
from intake.consent.recorded import number_of_answers
from intake.consent.request_record import KIND as REQUEST
from intake.counted import counted
from intake.models import LedgerEntry
from intake.plain_rows import plain_rows

Check = Callable[[Session, str], Iterator[str]]
"""Compares one kind of thing of a clinic: each difference in a sentence, "" between two
portions.
"""

BEFORE_ENTERED: tuple[Check, ...] = (
    reconcile_words,
    reconcile_renderings,
    reconcile_requests,
    reconcile_order,
    reconcile_addresses,
    reconcile_erasures,
)
AFTER_ENTERED: tuple[Check, ...] = (reconcile_suppressions,)
CHECKS = BEFORE_ENTERED + AFTER_ENTERED
"""What is compared besides the events. Each can be done by itself."""


def reconcile(session: Session, clinic: str) -> Iterator[str]:
    """Return each difference in a sentence with its place, without a word of any person's."""
    return (sentence for sentence in reconciling(session, clinic) if sentence)


def reconciling(session: Session, clinic: str) -> Iterator[str]:
    """Yield what `reconcile` returns, with "" after each portion that was compared."""
    compared = Compared()
    yield from reconcile_events(session, clinic, Stretch(), compared)
    yield from in_order(answers_on_record(session), compared, lambda check: check(session, clinic))


def in_order(
    recorded: int, compared: Compared, told: Callable[[Check], Iterable[str]]
) -> Iterator[str]:
    """Tell what follows the sentences on the events themselves: what *told* returns for each check,
    in their order.

    *compared* is of all events, and the ledger tells of *recorded* answers.
    """
    missing = recorded - compared.matched
    if missing > 0:
        gone = counted(missing, "record of a consent event is", "records of consent events are")
        yield f"{gone} in the ledger, but the events were deleted"
    for check in BEFORE_ENTERED:
        yield from told(check)
        yield ""
    yield from compared.entered
    for check in AFTER_ENTERED:
        yield from told(check)


def answers_on_record(session: Session) -> int:
    """Return how many answers the ledger tells of."""
    alone = session.scalar(select(func.count()).where(LedgerEntry.kind == KIND)) or 0
    requests = plain_rows(session, select(LedgerEntry.canonical).where(LedgerEntry.kind == REQUEST))
    return alone + sum(number_of_answers(canonical) for (canonical,) in requests)
