"""One request's consent from the first word shown to now: what happened, in which words, and whether it is still so.

A person is whoever asked with the same address (docs/decisions/0005): what stands is theirs, the events are this
request's, and the others are named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.config import Clinic
from intake.consent.fold import Standing
from intake.consent.reconcile import differences
from intake.consent.state import is_verified, person_of, standings
from intake.consent.suppression import suppressed
from intake.contacts import masked, show_phone
from intake.hours import business_days
from intake.models import ConsentEvent, Decision, Lead, LedgerEntry, LedgerPosition, MailSent, Purpose


@dataclass(frozen=True)
class Step:
    """One event with its record: *wrong* says where the two differ, and what was entered no longer opens it."""

    event: ConsentEvent
    position: int | None
    """Its place in the ledger; None until it is sealed."""
    wrong: Sequence[str]
    fields: Sequence[str]
    """Which fields of the person the record is bound to."""
    business_days: int | None
    """Of a withdrawal: from when the person said it until it took effect."""


@dataclass(frozen=True)
class Person:
    """Whose request it is, for those who may know."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Timeline:
    """What the page shows. Nothing in it tells who the person is but *person*, which may be left out."""

    lead: Lead
    leads: Sequence[Lead]
    """All requests of the person, this one among them."""
    steps: Sequence[Step]
    stands: Sequence[tuple[Purpose, Standing]]
    is_verified: bool
    suppressed: frozenset[Purpose]
    mails: Sequence[MailSent]
    address: str
    """Enough of it to know it again."""
    person: Person | None = field(default=None)

    @property
    def others(self) -> list[str]:
        """The references of the person's other requests."""
        return [one.ref for one in self.leads if one.id != self.lead.id]


def find_lead(session: Session, clinic: str, ref: str | None) -> Lead | None:
    """The request with this reference."""
    return session.scalars(select(Lead).where(Lead.clinic == clinic, Lead.ref == (ref or ""))).first()


def leads_of_person(session: Session, lead: Lead) -> Sequence[Lead]:
    """Every request made with the same address."""
    return session.scalars(select(Lead).where(Lead.id.in_(person_of(session, lead))).order_by(Lead.id)).all()


def timeline(session: Session, lead: Lead, clinic: Clinic, *, named: bool) -> Timeline:
    """The timeline of *lead*, with the person's name, phone and email where they are to be *named*."""
    known = sorted(standings(session, lead).items())
    return Timeline(
        lead=lead,
        leads=leads_of_person(session, lead),
        steps=list(_steps(session, lead, clinic)),
        stands=[(purpose, standing) for (purpose, _), standing in known],
        is_verified=is_verified(session, lead),
        suppressed=suppressed(session, lead) if lead.email_hash else frozenset(),
        mails=session.scalars(select(MailSent).where(MailSent.lead_id == lead.id).order_by(MailSent.id)).all(),
        address=masked(lead.email) if lead.email else "",
        person=_person(lead) if named and lead.erased_at is None else None,
    )


def _person(lead: Lead) -> Person:
    extension = f", ext. {lead.phone_extension}" if lead.phone_extension else ""
    return Person(lead.name, show_phone(lead.phone) + extension if lead.phone else "", lead.email or "")


def _steps(session: Session, lead: Lead, clinic: Clinic) -> Iterator[Step]:
    rows = session.execute(
        select(ConsentEvent, LedgerEntry.canonical, LedgerPosition.position)
        .outerjoin(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(ConsentEvent.lead_id == lead.id)
        .options(joinedload(ConsentEvent.statement), joinedload(ConsentEvent.opening))
        .order_by(ConsentEvent.id)
    )
    for event, canonical, position in rows:
        wrong, fields = _compared(event, canonical)
        yield Step(event, position, wrong, fields, _days(event, clinic))


def _compared(event: ConsentEvent, canonical: bytes | None) -> tuple[list[str], list[str]]:
    """What differs from the record, and the fields of the person that the record is bound to."""
    if canonical is None:
        return ["its record is not in the ledger"], []
    words, values = event.statement.sha256 if event.statement else None, event.opening.values if event.opening else None
    wrong = list(differences(event, canonical, event.lead.ref, words, event.lead.salt, values))
    return wrong, sorted(values or ())


def _days(event: ConsentEvent, clinic: Clinic) -> int | None:
    if event.decision is not Decision.WITHDRAWN:
        return None
    said, effected = (at.astimezone(clinic.time_zone).date() for at in (event.occurred_at, event.recorded_at))
    return business_days(clinic, said, effected)
