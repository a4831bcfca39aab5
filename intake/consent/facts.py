"""What the database knows of a person, as `may_send` wants to hear it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.fold import Standings
from intake.consent.may_send import Facts
from intake.consent.state import is_verified, person_of, standings
from intake.consent.suppression import suppressed
from intake.models import Decision, Lead, QueueRow, Status


def facts_of(session: Session, lead: Lead, clinic: Clinic, *, now: datetime) -> Facts:
    """The facts on *lead* and its person as they are known at *now*."""
    stands, person = standings(session, lead), person_of(session, lead)
    said_of_number = _said_of_number(session, lead)
    return Facts(
        standings=stands,
        suppressed=suppressed(session, lead),
        inquired_on=_inquired_on(session, person, clinic, now),
        email_known=lead.email is not None,
        address_verified=is_verified(session, lead),
        stopped_since_request=_is_stopped_since(stands, lead.received_at),
        number_is_wrong=Status.WRONG_NUMBER in said_of_number,
        do_not_call=Status.DO_NOT_CALL in said_of_number,
        voicemail_ok=lead.voicemail_ok,
        is_booked=_is_booked(session, person),
    )


def _inquired_on(session: Session, person: Sequence[int], clinic: Clinic, now: datetime) -> date | None:
    """The day of the last request that staff did not take for spam; under a clock that was set back, today."""
    honest = or_(QueueRow.status.is_(None), QueueRow.status != Status.SPAM)
    last = session.scalar(
        select(func.max(Lead.received_at))
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.id.in_(person), honest)
    )
    return min(last, now).astimezone(clinic.time_zone).date() if last else None


def _is_stopped_since(stands: Standings, request: datetime) -> bool:
    if not stands or any(standing.decision is not Decision.WITHDRAWN for standing in stands.values()):
        return False
    return max(standing.since for standing in stands.values()) >= request


def _said_of_number(session: Session, lead: Lead) -> set[Status]:
    """What staff noted of the number since this request; an older note does not forbid to answer a new request."""
    same_number = (Lead.clinic == lead.clinic, Lead.phone == lead.phone, QueueRow.status_at >= lead.received_at)
    return set(session.scalars(select(QueueRow.status).join(Lead, Lead.id == QueueRow.lead_id).where(*same_number)))


def _is_booked(session: Session, person: Sequence[int]) -> bool:
    booked = (QueueRow.lead_id.in_(person), QueueRow.status == Status.BOOKED)
    return session.scalars(select(QueueRow.lead_id).where(*booked).limit(1)).first() is not None
