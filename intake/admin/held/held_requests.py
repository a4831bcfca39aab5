"""Requests that were held back, as the desk shows them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from intake.callback.abuse import WORDS, Sign, held_requests
from intake.config import Clinic
from intake.contacts import show_phone
from intake.models import Lead


@dataclass(frozen=True)
class HeldRequest:
    """One request; without name and number for whoever reads under pseudonyms."""

    lead: Lead
    ref: str
    received: str
    sign: str
    name: str
    phone: str


def held(session: Session, clinic: Clinic, *, named: bool) -> list[HeldRequest]:
    """Return what waits for somebody to look at it, oldest first."""
    return [
        HeldRequest(
            lead=lead,
            ref=lead.ref,
            received=f"{lead.received_at.astimezone(clinic.time_zone):%Y-%m-%d %H:%M}",
            sign=WORDS[Sign(lead.hold_reason or "")],
            name=lead.name if named else "",
            phone=show_phone(lead.phone) if named else "",
        )
        for lead in held_requests(session, clinic.key)
    ]
