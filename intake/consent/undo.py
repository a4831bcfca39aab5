"""Take a withdrawal back: a new agreement, to the words that were withdrawn from. The withdrawal
stays in the log.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from intake.consent.fold import Key, fold
from intake.consent.person_consent import PersonConsent, consent_of
from intake.consent.record import Circumstances, Manner, Said, record_all
from intake.consent.suppression import lift
from intake.models import ConsentEvent, Decision, Lead, Purpose

BUTTON = "button"


def undoable(consent: PersonConsent) -> Mapping[Key, ConsentEvent]:
    """Return what the person withdrew and had agreed to before: by purpose, the withdrawal."""
    return {key: withdrawal for key, withdrawal, _ in _undoable(consent)}


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
    consent = consent_of(session, lead)
    agreed = {
        purpose: before
        for (purpose, _), withdrawal, before in _undoable(consent)
        if withdrawal.uid in withdrawals and before.statement
    }
    # Pressed by the person, beside the words: an act. It stays implied where the words ask for no
    # act.
    said = [
        Said(
            before.statement,
            Decision.GIVEN,
            Manner(BUTTON, BUTTON, "none", "page", "patient", page, before.basis),
        )
        for before in agreed.values()
    ]
    record_all(session, lead, said, now=now, circumstances=circumstances)
    lift(session, lead, agreed, is_verified=consent.is_verified, now=now)
    return set(agreed)


def _undoable(consent: PersonConsent) -> Iterator[tuple[Key, ConsentEvent, ConsentEvent]]:
    """Return, for each purpose, the withdrawal that is in force and the agreement that it ended."""
    for key, standing in consent.stands_as_seen.items():
        if standing.decision is Decision.WITHDRAWN:
            before = fold(event for event in consent.seen if event.id < standing.event).get(key)
            if before and before.is_given:
                yield key, consent.event(standing.event), consent.event(before.event)
