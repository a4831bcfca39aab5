"""Take back an agreement that was recorded by mistake: by staff, with the reason, and never by
altering the record.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.person_consent import consent_of, requests_by
from intake.consent.record import Manner, record
from intake.consent.staff_withdrawal import NotRecorded
from intake.models import Channel, ConsentEvent, Decision, Lead, Purpose
from intake.reference import read_reference


def invalidate(
    session: Session, ref: str, purpose: Purpose, *, clinic: Clinic, reason: str, now: datetime
) -> ConsentEvent:
    """Append that what the person behind *ref* is said to agree to was no valid consent. Raises
    `NotRecorded`.

    For example: the clinic finds that somebody else filled in the form. The person may agree anew
    at any time.
    """
    lead = next(
        iter(requests_by(session, Lead.ref, read_reference(ref), clinic.key, hold=True)), None
    )
    if lead is None:
        raise NotRecorded(f"There is no request {ref}; check the reference.")
    if not reason.strip():
        raise NotRecorded("Say why it was no valid consent: --reason “…”.")
    consent = consent_of(session, lead)
    standing = consent.stands.get((purpose, Channel.EMAIL))
    if standing is None or not standing.is_given:
        raise NotRecorded(
            f"{lead.ref} does not agree to {purpose} at present; there is nothing to invalidate."
        )
    words, manner = (
        consent.words_of(standing),
        Manner("staff", "none", "none", "staff", "staff", ""),
    )
    return record(
        session, lead, words, Decision.INVALIDATED, manner, now=now, reason=reason.strip()
    )
