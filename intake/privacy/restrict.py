"""Lock-box: a person forbids that their record is used (PHIPA s. 37 (1)(a)). It leaves queue and
sheet; who opens it afterwards says why, and that is logged."""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.models import Act, Lead
from intake.privacy.find import NotDone
from intake.sheet.queue.removal_orders import cancel_removal, order_removal
from intake.staff.access_log import note
from intake.staff.actor import Actor


def restrict(
    session: Session, lead: Lead, who: Actor, *, reason: str, endpoint: str, now: datetime
) -> None:
    """Lock *lead*, for *reason*, and take its row out of the sheet. Raises `NotDone`."""
    if lead.restricted_at:
        raise NotDone(f"{lead.ref} is locked already.")
    lead.restricted_at = now
    order_removal(session, lead.id, now=now)
    note(
        session,
        who,
        Act.RESTRICTED,
        "the whole record",
        [lead],
        clinic=lead.clinic,
        endpoint=endpoint,
        now=now,
        reason=_said(reason),
    )


def release(
    session: Session, lead: Lead, who: Actor, *, reason: str, endpoint: str, now: datetime
) -> None:
    """End the lock, for *reason*; the row comes back. Raises `NotDone`."""
    if not lead.restricted_at:
        raise NotDone(f"{lead.ref} is not locked.")
    lead.restricted_at = None
    if not lead.hold_reason:
        session.flush()
        cancel_removal(session, lead.id, now=now)
    note(
        session,
        who,
        Act.RELEASED,
        "the whole record",
        [lead],
        clinic=lead.clinic,
        endpoint=endpoint,
        now=now,
        reason=_said(reason),
    )


def _said(reason: str) -> str:
    if not reason.strip():
        raise NotDone("Say why.")
    return reason.strip()
