"""Take a withdrawal back: a new agreement, to the words that were withdrawn from. The withdrawal stays in the log."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.fold import Key, Told, fold
from intake.consent.record import Circumstances, Manner, record
from intake.consent.state import events_seen_by
from intake.consent.suppression import lift
from intake.models import ConsentEvent, Decision, Lead, Purpose

BUTTON = "button"


def undoable(session: Session, lead: Lead) -> Mapping[Key, ConsentEvent]:
    """What *lead*'s person withdrew and had agreed to before: by purpose, the withdrawal."""
    return {key: withdrawal for key, (withdrawal, _) in _undoable(session, lead).items()}


def undo(
    session: Session,
    lead: Lead,
    withdrawals: Collection[str],
    *,
    page: str,
    now: datetime,
    circumstances: Circumstances | None = None,
) -> set[Purpose]:
    """Agree again to what these *withdrawals* (ids of events) ended, and return it.

    A withdrawal that something followed is not named by a page that is older than it, and so stays.
    """
    agreed = set[Purpose]()
    for (purpose, _), (withdrawal, before) in _undoable(session, lead).items():
        if withdrawal.uid not in withdrawals or before.statement is None:
            continue
        # Pressed by the person, beside the words: an act. It stays implied where the words ask for no act.
        manner = Manner(BUTTON, BUTTON, "none", "page", "patient", page, before.basis)
        record(session, lead, before.statement, Decision.GIVEN, manner, now=now, circumstances=circumstances)
        agreed.add(purpose)
    session.flush()
    lift(session, lead, agreed, now=now)
    return agreed


def _undoable(session: Session, lead: Lead) -> dict[Key, tuple[ConsentEvent, ConsentEvent]]:
    """By purpose, the withdrawal that stands and the agreement that it ended."""
    events = events_seen_by(session, lead)
    withdrawn = {key: one.event for key, one in fold(events).items() if one.decision is Decision.WITHDRAWN}
    ended = {key: (event, _agreed_before(events, key, event)) for key, event in withdrawn.items()}
    wanted = [event for pair in ended.values() if pair[1] for event in pair if event]
    found = {event.id: event for event in session.scalars(select(ConsentEvent).where(ConsentEvent.id.in_(wanted)))}
    return {key: (found[withdrawal], found[before]) for key, (withdrawal, before) in ended.items() if before}


def _agreed_before(events: Collection[Told], key: Key, withdrawal: int) -> int | None:
    standing = fold(event for event in events if event.id < withdrawal).get(key)
    return standing.event if standing and standing.is_given else None
