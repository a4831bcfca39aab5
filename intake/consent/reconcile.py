"""Do the tables still say what the ledger recorded? The tree guards the ledger's bytes; this guards everything else.

Whoever gets past the triggers may alter an event's row, a statement's words or a person's answer without touching the
record that was hashed: the two then differ, and it is said where.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.reconcile_events import Compared, Stretch, reconcile_events
from intake.consent.reconcile_people import reconcile_people
from intake.consent.reconcile_requests import reconcile_requests
from intake.consent.record import KIND
from intake.consent.recorded import number_of_answers
from intake.consent.rendering import facts_of as rendering_facts
from intake.consent.request_record import KIND as REQUEST
from intake.consent.statements import facts_of as statement_facts
from intake.consent.words import Words
from intake.counted import counted
from intake.ledger import Value, canonical_bytes
from intake.models import ConsentRendering, ConsentStatement, LedgerEntry

AT_ONCE = 1000


def reconcile(session: Session, clinic: str) -> Iterator[str]:
    """Each difference in a sentence with its place, without a word of any person's."""
    return (sentence for sentence in reconciling(session, clinic) if sentence)


def reconciling(session: Session, clinic: str) -> Iterator[str]:
    """The same for whoever waits: with "" after each portion that was compared."""
    compared = Compared()
    yield from reconcile_events(session, clinic, Stretch(), compared)
    yield from _without_event(session, compared.matched)
    yield from _words(session, clinic)
    yield from _renderings(session, clinic)
    yield from reconcile_requests(session, clinic)
    yield from reconcile_people(session, clinic, compared.entered)


def _without_event(session: Session, matched: int) -> Iterator[str]:
    recorded = _recorded(session)
    if recorded > matched:
        gone = counted(recorded - matched, "record of a consent event is", "records of consent events are")
        yield f"{gone} in the ledger, but the events were deleted"


def _recorded(session: Session) -> int:
    """How many answers the ledger tells of."""
    alone = session.scalar(select(func.count()).where(LedgerEntry.kind == KIND)) or 0
    requests = session.scalars(
        select(LedgerEntry.canonical).where(LedgerEntry.kind == REQUEST).execution_options(yield_per=AT_ONCE)
    )
    return alone + sum(map(number_of_answers, requests))


def _words(session: Session, clinic: str) -> Iterator[str]:
    rows = session.scalars(select(ConsentStatement).where(ConsentStatement.clinic == clinic)).all()
    for one in rows:
        if Words(one.box, one.hint, one.notice).sha256 != one.sha256:
            yield f"statement {one.purpose} {one.language} version {one.version}: its words are not the published ones"
    yield from _published(session, "statement", [statement_facts(one) for one in rows])


def _renderings(session: Session, clinic: str) -> Iterator[str]:
    rows = session.scalars(select(ConsentRendering).where(ConsentRendering.clinic == clinic)).all()
    for one in rows:
        if sha256(one.html.encode()).hexdigest() != one.sha256:
            yield f"rendering {one.sha256[:12]}…: it is not the block that was on screen"
    yield from _published(session, "rendering", [rendering_facts(one) for one in rows])


def _published(session: Session, kind: str, facts: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    recorded = set(session.scalars(select(LedgerEntry.canonical).where(LedgerEntry.kind == kind)))
    told = {canonical_bytes({**one, "kind": kind}) for one in facts}
    if told - recorded:
        other = counted(len(told - recorded), f"{kind} is not what was recorded when it was published",
                        f"{kind}s are not what was recorded when they were published")  # fmt: skip
        yield other
    if recorded - told:
        yield f"{counted(len(recorded - told), f'record of a {kind} has', f'records of {kind}s have')} no row any more"
