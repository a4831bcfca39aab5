"""One request's consent from the first word shown to now: what happened, in which words, and
whether it is still so.

A person is whoever asked with the same address (docs/decisions/0005): what stands is theirs, the
events are this request's, and the others are named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from intake.config import Clinic
from intake.consent.event_differences import differences_of_event
from intake.consent.fold import ConsentState
from intake.consent.person_consent import PersonConsent, requests_by
from intake.consent.suppression import suppressed
from intake.contacts import masked, show_phone
from intake.hours import business_days
from intake.models import (
    ConsentEvent,
    ConsentOpening,
    Decision,
    Lead,
    LedgerEntry,
    LedgerPosition,
    MailSent,
    Purpose,
)


@dataclass(frozen=True)
class Step:
    """One event with its record: *wrong* says where the two differ, and what was entered no longer
    opens it.
    """

    event: ConsentEvent
    position: int | None
    """Its place in the ledger; None until it is sealed."""
    wrong: Sequence[str]
    fields: Sequence[str]
    """Which fields of the person the record is bound to."""
    business_days: int | None
    """Business days of a withdrawal, from when the person said it until it took effect."""


@dataclass(frozen=True)
class PatientIdentity:
    """Whose request it is, for those who may know."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Timeline:
    """What the page shows. Nothing in it tells who the person is but *person*, which may be left
    out.
    """

    lead: Lead
    leads: Sequence[Lead]
    """All requests of the person, this one among them."""
    steps: Sequence[Step]
    stands: Sequence[tuple[Purpose, ConsentState]]
    is_verified: bool
    suppressed: frozenset[Purpose]
    mails: Sequence[MailSent]
    address: str
    """Enough of it to know it again."""
    person: PatientIdentity | None = field(default=None)

    @property
    def others(self) -> list[str]:
        """The references of the person's other requests."""
        return [one.ref for one in self.leads if one.id != self.lead.id]


def find_lead(session: Session, clinic: str, ref: str | None) -> Lead | None:
    """Return the request with this reference."""
    return session.scalars(
        select(Lead).where(Lead.clinic == clinic, Lead.ref == (ref or ""))
    ).first()


def find_requests(session: Session, clinic: str, ref: str | None) -> Sequence[Lead]:
    """Return the request with this reference, then the others of its person; nothing where there is
    none.
    """
    return requests_by(session, Lead.ref, ref or "", clinic)


def timeline(session: Session, leads: Sequence[Lead], clinic: Clinic, *, named: bool) -> Timeline:
    """Return the timeline of the first of *leads*, which are all of one person (`find_requests`).

    It has the person's name, phone and email where they are to be *named*.
    """
    lead, recorded = leads[0], _recorded(session, leads)
    consent = PersonConsent(
        lead, [one.event for one in recorded if one.event.decision is not Decision.SHOWN]
    )
    return Timeline(
        lead=lead,
        leads=sorted(leads, key=lambda one: one.id),
        steps=[_step(one, lead, clinic) for one in recorded if one.event.lead_id == lead.id],
        stands=[(purpose, standing) for (purpose, _), standing in sorted(consent.stands.items())],
        is_verified=consent.is_verified,
        suppressed=suppressed(session, lead) if lead.email_hash else frozenset(),
        mails=session.scalars(
            select(MailSent).where(MailSent.lead_id == lead.id).order_by(MailSent.id)
        ).all(),
        address=masked(lead.email) if lead.email else "",
        person=_person(lead) if named and lead.erased_at is None else None,
    )


def _person(lead: Lead) -> PatientIdentity:
    extension = f", ext. {lead.phone_extension}" if lead.phone_extension else ""
    return PatientIdentity(
        lead.name, show_phone(lead.phone) + extension if lead.phone else "", lead.email or ""
    )


class _Recorded(NamedTuple):
    event: ConsentEvent
    canonical: bytes | None
    position: int | None
    values: dict[str, str] | None


def _recorded(session: Session, leads: Sequence[Lead]) -> Sequence[_Recorded]:
    """Return every event of the person; those of the first request with their record, its place,
    and what opens it.
    """
    mine = ConsentEvent.lead_id == leads[0].id
    rows = session.execute(
        select(ConsentEvent, LedgerEntry.canonical, LedgerPosition.position, ConsentOpening.values)
        .outerjoin(LedgerEntry, and_(LedgerEntry.leaf == ConsentEvent.leaf, mine))
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .outerjoin(ConsentOpening, and_(ConsentOpening.leaf == ConsentEvent.leaf, mine))
        .where(ConsentEvent.lead_id.in_([lead.id for lead in leads]))
        .options(joinedload(ConsentEvent.statement))
        .order_by(ConsentEvent.id)
    )
    return [_Recorded(*row) for row in rows]


def _step(one: _Recorded, lead: Lead, clinic: Clinic) -> Step:
    wrong, fields = _compared(one, lead)
    return Step(one.event, one.position, wrong, fields, _days(one.event, clinic))


def _compared(one: _Recorded, lead: Lead) -> tuple[list[str], list[str]]:
    """Return what differs from the record, and the fields of the person that the record is bound
    to.
    """
    if one.canonical is None:
        return ["its record is not in the ledger"], []
    words = one.event.statement.sha256 if one.event.statement else None
    wrong = list(
        differences_of_event(one.event, one.canonical, lead.ref, words, lead.salt, one.values)
    )
    return wrong, sorted(one.values or ())


def _days(event: ConsentEvent, clinic: Clinic) -> int | None:
    if event.decision is not Decision.WITHDRAWN:
        return None
    said, effected = (
        at.astimezone(clinic.time_zone).date() for at in (event.occurred_at, event.recorded_at)
    )
    return business_days(clinic, said, effected)
