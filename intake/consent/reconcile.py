"""Do the tables still say what the ledger recorded? The tree guards the ledger's bytes; this guards everything else.

Whoever gets past the triggers may alter an event's row, a statement's words or a person's answer without touching the
record that was hashed: the two then differ, and it is said where.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.reconcile_people import reconcile_people
from intake.consent.reconcile_requests import reconcile_requests
from intake.consent.record import KIND, facts_of
from intake.consent.recorded import number_of_answers, recorded_answer
from intake.consent.rendering import facts_of as rendering_facts
from intake.consent.request_record import KIND as REQUEST
from intake.consent.statements import facts_of as statement_facts
from intake.consent.words import Words
from intake.counted import counted
from intake.ledger import Value, canonical_bytes, commitment
from intake.models import ConsentEvent, ConsentOpening, ConsentRendering, ConsentStatement, Lead, LedgerEntry
from intake.rows import table_of

AT_ONCE = 1000
PORTION = 20 * AT_ONCE


def reconcile(session: Session, clinic: str) -> Iterator[str]:
    """Each difference in a sentence with its place, without a word of any person's."""
    return (sentence for sentence in reconciling(session, clinic) if sentence)


def reconciling(session: Session, clinic: str) -> Iterator[str]:
    """The same for whoever waits: with "" after each portion that was compared."""
    yield from _events(session)
    yield from _words(session, clinic)
    yield from _renderings(session, clinic)
    yield from reconcile_requests(session, clinic)
    yield from reconcile_people(session, clinic)


def _events(session: Session) -> Iterator[str]:
    published = {one.id: one.sha256 for one in session.scalars(select(ConsentStatement))}
    rows = session.execute(
        select(LedgerEntry.canonical, Lead.ref, Lead.salt, ConsentOpening.values, *table_of(ConsentEvent).columns)
        .join(Lead, Lead.id == ConsentEvent.lead_id)
        .outerjoin(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
        .outerjoin(ConsentOpening, ConsentOpening.leaf == ConsentEvent.leaf)
        .order_by(ConsentEvent.id)
        .execution_options(yield_per=AT_ONCE)
    )
    commit = lru_cache(maxsize=64)(commitment)  # the answers of one form lie side by side and bind the same values
    matched = 0
    for row in rows:
        canonical, ref, salt, values = row[:4]
        event = cast("ConsentEvent", row)  # it has an event's columns by name; a million objects would take long
        if canonical is None:
            yield f"consent event {event.uid}: its record is not in the ledger"
            continue
        matched += 1
        words = published.get(event.statement_id or 0)
        yield from (
            f"consent event {event.uid}: {what}"
            for what in differences(event, canonical, ref, words, salt, values, commit)
        )
        if matched % PORTION == 0:
            yield ""
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


def differences(
    event: ConsentEvent, canonical: bytes, ref: str, words: str | None, salt: bytes | None,
    values: Mapping[str, str] | None, commit: Callable[[bytes, str, str], str] = commitment,
) -> Iterator[str]:  # fmt: skip
    """What an event’s row and its surroundings say otherwise than its record, whose bytes are *canonical*.

    The surroundings: its request's *ref* and *salt*, the digest of the *words* that it points to, and the *values* that
    open its commitments (none for an erased person). *commit* computes a commitment as `ledger.commitment` does.
    """
    try:
        record = recorded_answer(canonical, event.uid)
    except ValueError:
        yield "its record cannot be read"
        return
    if record is None:
        yield "the record that it points to tells of other events"
        return
    for name, value in facts_of(event).items():
        if name in record and record[name] != value:
            yield f"{name} was recorded as “{record[name]}”, the row says “{value}”"
    if record.get("request") != ref:
        yield f"it was recorded for request {record.get('request')}, the row belongs to {ref}"
    if words is not None and words != event.statement_sha256:
        yield "it points to a statement with other words"
    if salt is not None and values is not None:  # else the person was erased: nothing opens the commitments
        yield from _opened(salt, record.get("person") or {}, values, commit)


def _opened(
    salt: bytes, person: Mapping[str, str | None], values: Mapping[str, str], commit: Callable[[bytes, str, str], str]
) -> Iterator[str]:
    for field, bound in person.items():
        if bound and field not in values:
            yield f"the person's {field} was recorded and is gone from the row"
        elif bound and commit(salt, field, values[field]) != bound:
            yield f"the person's {field} is not the one that was recorded"


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
