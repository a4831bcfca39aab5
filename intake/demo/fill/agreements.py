"""What people answer on consent, and what they do about it later, as the pages would have recorded
it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.act import Circumstances, ConsentAct, Manner
from intake.consent.events import REPLACING, ShownStatements, manner_of
from intake.consent.rendering import rendering_sha256
from intake.contacts import coarse_network, network_hash
from intake.demo.fill.people import Somebody
from intake.ledger import Value
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, Purpose

BROWSERS = ("Mobile Safari", "Chrome Mobile", "Chrome", "Firefox", "Safari", "Edge")
READING = timedelta(seconds=20)
VERIFIES, WITHDRAWS = 0.12, 0.07
LATER = timedelta(days=60)
NEEDS_LINK = Manner("button", "button", "none", "mail", "patient", "/consent/")
STOPPING = Manner("button", "button", "none", "page", "patient", "/consent/")


@dataclass(frozen=True)
class Publication:
    """The words of one language that forms showed from a time on, and the block in which they
    stood.
    """

    since: datetime
    statements: Sequence[ConsentStatement]
    rendering: str | None


@dataclass(frozen=True)
class DemoEvent:
    """An event, the values that open its commitments, and what the ledger says of it; nothing is
    stored yet.
    """

    event: ConsentEvent
    values: dict[str, str]
    record: dict[str, Value]


def publications(session: Session, clinic: str, language: str) -> list[Publication]:
    """Oldest first. Whatever is published at one time stands together."""
    found = session.scalars(
        select(ConsentStatement)
        .where(ConsentStatement.clinic == clinic, ConsentStatement.language == language)
        .order_by(ConsentStatement.published_at, ConsentStatement.id)
    ).all()
    current: dict[Purpose, ConsentStatement] = {}
    told: list[Publication] = []
    for at in sorted({one.published_at for one in found}):
        current |= {one.purpose: one for one in found if one.published_at == at}
        words = [current[purpose] for purpose in Purpose if purpose in current]
        told.append(Publication(at, words, rendering_sha256(words, language)))
    return told


def compose(
    lead: Lead,
    statement: ConsentStatement,
    decision: Decision,
    manner: Manner,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    circumstances: Circumstances | None = None,
) -> DemoEvent:
    """Return what `consent.record` would store, for many people at once."""
    act = ConsentAct(lead, now=now, circumstances=circumstances)
    note = act.note(statement, decision, manner, occurred_at=occurred_at)
    return DemoEvent(ConsentEvent(lead=lead, **note.row), act.values, act.record_of(note))


def answers(
    lead: Lead,
    somebody: Somebody,
    agreed: frozenset[Purpose],
    shown: Publication,
    where: Circumstances,
) -> Iterator[DemoEvent]:
    """Yield the events of the form itself (`consent.events.answers_of_form` without a question to
    the database).
    """
    page = "/" if somebody.language == "en" else "/fr/"
    asked = ShownStatements(shown.statements, page, lead.received_at - READING, shown.rendering)
    note = partial(compose, lead, now=lead.received_at, circumstances=where)
    for statement in shown.statements:
        manner = manner_of(statement, asked)
        yield note(statement, Decision.SHOWN, manner, occurred_at=asked.shown_at)
        if statement.purpose not in agreed and not (
            statement.basis is Basis.IMPLIED and lead.email
        ):
            yield note(statement, Decision.REFUSED, manner)
            continue
        before = somebody.agreed.get(statement.purpose)
        somebody.agreed[statement.purpose] = statement.version
        yield note(
            statement, Decision.RENEWED if before == statement.version else Decision.GIVEN, manner
        )


def superseded(
    lead: Lead,
    somebody: Somebody,
    agreed: frozenset[Purpose],
    shown: Publication,
    older: Sequence[Publication],
) -> Iterator[DemoEvent]:
    """That newer words take the place of those which the person agreed to before."""
    for statement in shown.statements:
        before = somebody.agreed.get(statement.purpose)
        if statement.purpose in agreed and before is not None and before < statement.version:
            words = next(
                one
                for some in older
                for one in some.statements
                if (one.purpose, one.version) == (statement.purpose, before)
            )
            replaced = Manner(*REPLACING, "form", "system", "/", words.basis)
            yield compose(lead, words, Decision.SUPERSEDED, replaced, now=lead.received_at)


def confirmed(
    lead: Lead, shown: Publication, chance: random.Random, where: Circumstances
) -> list[DemoEvent]:
    """Return the address confirmed behind the link of a mail, some time later; mostly it is not."""
    if lead.email is None or chance.random() >= VERIFIES:
        return []
    at = lead.received_at + timedelta(minutes=chance.uniform(2, 600))
    return [
        compose(lead, one, Decision.VERIFIED, NEEDS_LINK, now=at, circumstances=where)
        for one in shown.statements
    ]


def withdrawn(
    lead: Lead, somebody: Somebody, shown: Publication, chance: random.Random, where: Circumstances
) -> list[DemoEvent]:
    """Some or all of it stopped within two months, with one press; mostly it is not."""
    if not somebody.agreed or chance.random() >= WITHDRAWS:
        return []
    somebody.is_done = True
    at = lead.received_at + timedelta(hours=12) + chance.random() * LATER
    ends = somebody.agreed if chance.random() < 0.5 else [*somebody.agreed][:1]  # noqa: PLR2004  (a coin)
    words = [one for one in shown.statements if one.purpose in ends]
    return [
        compose(lead, one, Decision.WITHDRAWN, STOPPING, now=at, circumstances=where)
        for one in words
    ]


def circumstances(chance: random.Random, key: bytes) -> Circumstances:
    """From the networks that are kept for examples (RFC 5737)."""
    address = f"{chance.choice(('192.0.2', '198.51.100', '203.0.113'))}.{chance.randrange(1, 255)}"
    return Circumstances(
        coarse_network(address), network_hash(key, address), chance.choice(BROWSERS)
    )
