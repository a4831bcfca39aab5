"""What the database knows of a person, as `may_send` wants to hear it."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.fold import Standings
from intake.consent.may_send import ConsentFacts
from intake.consent.person_consent import PersonConsent, requests_of_person
from intake.consent.suppression import suppressed
from intake.db import unindexed
from intake.models import Decision, Lead, QueueRow, Status


def consent_facts(
    session: Session, consent: PersonConsent, clinic: Clinic, *, now: datetime
) -> ConsentFacts:
    """The facts on a request and its person as they are known at *now*."""
    lead, stands = consent.lead, consent.stands
    inquired_at, number_is_wrong, do_not_call, is_booked = _at_front_desk(session, lead)
    return ConsentFacts(
        standings=stands,
        suppressed=suppressed(session, lead),
        # Under a clock that was set back, of today
        inquired_on=min(inquired_at, now).astimezone(clinic.time_zone).date()
        if inquired_at
        else None,
        email_known=lead.email is not None,
        address_verified=consent.is_verified,
        stopped_since_request=_is_stopped_since(stands, lead.received_at),
        number_is_wrong=number_is_wrong,
        do_not_call=do_not_call,
        voicemail_ok=lead.voicemail_ok,
        is_booked=is_booked,
    )


def _at_front_desk(session: Session, lead: Lead) -> tuple[datetime | None, bool, bool, bool]:
    """Return when the person asked last, what was noted of the number, and whether an appointment
    was agreed on.

    What staff took for spam is no inquiry.
    """
    person = requests_of_person(lead)
    honest = or_(QueueRow.status.is_(None), QueueRow.status != Status.SPAM)
    inquired = (
        select(func.max(Lead.received_at))
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.id.in_(person), honest)
    )
    booked = select(QueueRow.lead_id).where(
        QueueRow.lead_id.in_(person), QueueRow.status == Status.BOOKED
    )
    found = session.execute(
        select(
            inquired.scalar_subquery(),
            _was_said_of_number(lead, Status.WRONG_NUMBER),
            _was_said_of_number(lead, Status.DO_NOT_CALL),
            booked.exists(),
        )
    ).one()
    return found[0], found[1], found[2], found[3]


def _was_said_of_number(lead: Lead, status: Status) -> ColumnElement[bool]:
    """Return what staff noted of the number since this request; an older note does not forbid to
    answer a new request.
    """
    same_number = select(Lead.id).where(
        unindexed(Lead.clinic) == lead.clinic, Lead.phone == lead.phone
    )
    noted = (QueueRow.status == status, QueueRow.status_at >= lead.received_at)
    return select(QueueRow.lead_id).where(QueueRow.lead_id.in_(same_number), *noted).exists()


def _is_stopped_since(stands: Standings, request: datetime) -> bool:
    if not stands or any(
        standing.decision is not Decision.WITHDRAWN for standing in stands.values()
    ):
        return False
    return max(standing.since for standing in stands.values()) >= request
