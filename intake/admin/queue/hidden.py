"""A request that is not shown in the queue: why not, since when, and who may do something about it.

Nothing of the person stands on this page, so it is a page like any other (200): whoever has the
reference, from the sheet or from the person on the phone, is told how things stand. Only a
reference that nobody has is not found (404).
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.admin.queue.spans import moment
from intake.config import Clinic
from intake.models import Lead
from intake.sheet.queue.removal_orders import IS_HIDDEN


class HiddenReason(StrEnum):
    """What keeps it out of the queue; of several, the one that outweighs the others."""

    ERASED = "erased"
    LOCKED = "locked"
    HELD = "held"


@dataclass(frozen=True)
class Hidden:
    """The request's state."""

    lead: Lead
    why: HiddenReason
    since: str
    """On the clinic's wall clock; of one that is held back, when it came."""


def hidden_request(session: Session, clinic: Clinic, ref: str) -> Hidden | None:
    """Return the request *ref*, where it is hidden; None when it is not, or when there is none."""
    asked = select(Lead).where(Lead.clinic == clinic.key, Lead.ref == ref, IS_HIDDEN)
    lead = session.scalars(asked).first()
    if lead is None:
        return None
    if lead.erased_at:
        why, since = HiddenReason.ERASED, lead.erased_at
    elif lead.restricted_at:
        why, since = HiddenReason.LOCKED, lead.restricted_at
    else:
        why, since = HiddenReason.HELD, lead.received_at
    return Hidden(lead, why, moment(since, clinic.time_zone))
