"""What the same person agreed to before, so that agreeing again is recorded as what it is."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.fold import Key, fold
from intake.consent.state import events_of_person
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead


def agreements_before(session: Session, lead: Lead) -> Mapping[Key, ConsentEvent]:
    """The newest event by which *lead*'s person agrees to something until now, by purpose and channel.

    Whether the address was verified does not matter here: what is recorded is what was agreed to, again or anew.
    """
    events = [event for event in events_of_person(session, lead) if event.decision is not Decision.VERIFIED]
    given = {key: standing.event for key, standing in fold(events).items() if standing.is_given}
    found = session.scalars(select(ConsentEvent).where(ConsentEvent.id.in_(given.values())))
    by_id = {event.id: event for event in found}
    return {key: by_id[event] for key, event in given.items()}


def is_replaced(before: ConsentEvent, statement: ConsentStatement) -> bool:
    """Whether agreeing to *statement* takes the place of *before*: newer words, and no weaker way of agreeing."""
    is_newer = (before.statement_version or 0) < statement.version
    return is_newer and (statement.basis is Basis.EXPRESS or before.basis is Basis.IMPLIED)
