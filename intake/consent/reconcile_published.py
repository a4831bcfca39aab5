"""Are the words and the looks of the form what was recorded when they were published?"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.rendering import rendering_facts
from intake.consent.statements import statement_facts
from intake.consent.wording import Words
from intake.counted import counted
from intake.ledger import Value, canonical_bytes
from intake.models import ConsentRendering, ConsentStatement, LedgerEntry


def reconcile_words(session: Session, clinic: str) -> Iterator[str]:
    """Tell each statement whose words are not the published ones, and how many differ from their
    records.
    """
    rows = session.scalars(select(ConsentStatement).where(ConsentStatement.clinic == clinic)).all()
    for one in rows:
        if Words(one.box, one.hint, one.notice).sha256 != one.sha256:
            yield (
                f"statement {one.purpose} {one.language} version {one.version}: its words are "
                "not the published ones"
            )
    yield from _published(session, "statement", [statement_facts(one) for one in rows])


def reconcile_renderings(session: Session, clinic: str) -> Iterator[str]:
    """Tell each block that is not what was on screen, and how many differ from their records."""
    rows = session.scalars(select(ConsentRendering).where(ConsentRendering.clinic == clinic)).all()
    for one in rows:
        if sha256(one.html.encode()).hexdigest() != one.sha256:
            yield f"rendering {one.sha256[:12]}…: it is not the block that was on screen"
    yield from _published(session, "rendering", [rendering_facts(one) for one in rows])


def _published(session: Session, kind: str, facts: Sequence[Mapping[str, Value]]) -> Iterator[str]:
    recorded = set(session.scalars(select(LedgerEntry.canonical).where(LedgerEntry.kind == kind)))
    told = {canonical_bytes({**one, "kind": kind}) for one in facts}
    if told - recorded:
        other = counted(
            len(told - recorded),
            f"{kind} is not what was recorded when it was published",
            f"{kind}s are not what was recorded when they were published",
        )
        yield other
    if recorded - told:
        yield (
            counted(len(recorded - told), f"record of a {kind} has", f"records of {kind}s have")
            + " no row any more"
        )
