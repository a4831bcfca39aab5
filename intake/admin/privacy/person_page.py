"""What the page of one request shows: its state to every reader, the person's data to admins while
it is not locked.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Act, Correction, Lead
from intake.privacy.correct import FIELDS, corrections_of, value_of
from intake.privacy.find import others_of_person, request_of
from intake.staff.actor import Actor


@dataclass(frozen=True)
class PersonPage:
    """One request; times are on the clinic's wall clock."""

    lead: Lead
    ref: str
    received_at: datetime
    restricted_at: datetime | None
    erased_at: datetime | None
    values: tuple[tuple[str, str], ...]
    """Name and value of each field; empty where they are not to be shown."""
    corrections: tuple[tuple[str, Correction], ...]
    """Each with the name of its field."""
    others: tuple[str, ...]
    """References of other requests with the same address."""

    @property
    def act(self) -> Act:
        """Return what the access log calls this look."""
        return Act.OPENED if self.values and self.restricted_at else Act.VIEWED

    @property
    def hides_forms(self) -> bool:
        """Whether it is locked and stays so: the forms that work on what it holds are not there."""
        return self.restricted_at is not None and not self.values

    @property
    def what(self) -> str:
        """Return what was looked at."""
        return "contact details, what hurts, corrections" if self.values else "state of the record"


def person_page(
    session: Session, clinic: Clinic, ref: str, who: Actor, *, opened: bool
) -> PersonPage:
    """Return the page of *ref* for *who*; *opened* where they gave a reason to see a locked one.
    Raises `NotDone`.
    """
    lead = request_of(session, ref, clinic.key)
    shows = not lead.erased_at and not who.reads_only and (opened or not lead.restricted_at)
    zone = clinic.time_zone
    return PersonPage(
        lead=lead,
        ref=lead.ref,
        received_at=lead.received_at.astimezone(zone),
        restricted_at=lead.restricted_at and lead.restricted_at.astimezone(zone),
        erased_at=lead.erased_at and lead.erased_at.astimezone(zone),
        values=tuple((words, value_of(lead, field)) for field, words in FIELDS.items())
        if shows
        else (),
        corrections=tuple((FIELDS[one.field], one) for one in corrections_of(session, lead))
        if shows
        else (),
        others=tuple(other.ref for other in others_of_person(session, lead)),
    )
