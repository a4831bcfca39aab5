"""Record one consent event: the row, the values that open its commitments, and its record in the ledger."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from intake.consent.act import Act, Circumstances, Manner, facts_of
from intake.consent.kept import kept_act
from intake.ledger import Value, append
from intake.ledger.kept_acts import keep
from intake.models import ConsentEvent, ConsentOpening, ConsentStatement, Decision, Lead

__all__ = ["KIND", "Circumstances", "Composed", "Manner", "compose", "facts_of", "record"]

KIND = "consent"


@dataclass(frozen=True)
class Composed:
    """An event, the values that open its commitments, and what the ledger says of it; nothing is stored yet."""

    event: ConsentEvent
    values: dict[str, str]
    record: dict[str, Value]


def record(
    session: Session,
    lead: Lead,
    statement: ConsentStatement | None,
    decision: Decision,
    manner: Manner,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> ConsentEvent:
    """Append the event that *lead*'s person decided so on *statement*, *occurred_at* (a letter may be older than now).

    Without a *statement* it tells of the record itself: that it was exported, or that the person was erased.

    Personal values stand beside it, erasable; the ledger holds commitments to them only. That a person was erased is
    recorded without any. What takes an agreement or the person away is copied outside of the database as well.
    """
    composed = compose(
        lead, statement, decision, manner, now=now, occurred_at=occurred_at, circumstances=circumstances, reason=reason
    )
    event = composed.event
    event.leaf = append(session, KIND, composed.record, now=now).leaf
    session.add(event)
    if composed.values:
        session.add(ConsentOpening(leaf=event.leaf, values=composed.values))
    if act := kept_act(event, lead):
        keep(session, act)
    return event


def compose(
    lead: Lead,
    statement: ConsentStatement | None,
    decision: Decision,
    manner: Manner,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> Composed:
    """What `record` stores, for whoever stores many at once."""
    act = Act(lead, now=now, circumstances=circumstances, reason=reason)
    note = act.note(statement, decision, manner, occurred_at=occurred_at)
    is_personal = decision is not Decision.ERASED
    values = act.values if is_personal else {}
    return Composed(ConsentEvent(lead=lead, **note.row), values, act.record_of(note, is_personal=is_personal))
