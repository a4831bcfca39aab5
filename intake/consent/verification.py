"""The address is the person's own: confirmed by pressing a button behind a link that only a mail to it carries."""

import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.fold import GIVING
from intake.consent.record import Circumstances, Manner, record
from intake.consent.state import is_verified, standings
from intake.consent.suppression import lift
from intake.consent.token import THIS_ADDRESS, link_token
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead

__all__ = ["is_code_of", "is_verified", "verify"]

ANSWERS = (*GIVING, Decision.REFUSED)


def is_code_of(lead: Lead, code: str) -> bool:
    """Whether *code* is the one that mails to *lead*'s address carry."""
    return lead.salt is not None and hmac.compare_digest(code.encode(), link_token(lead, THIS_ADDRESS).encode())


def verify(
    session: Session, lead: Lead, *, page: str, now: datetime, circumstances: Circumstances | None = None
) -> bool:
    """Record for everything that *lead* was asked that its address is verified; False when it was already.

    What this request agreed to leaves the suppression list with it.
    """
    if is_verified(session, lead):
        return False
    manner = Manner("button", "button", "none", "mail", "patient", page)
    asked = select(ConsentStatement).join(ConsentEvent, ConsentEvent.statement_id == ConsentStatement.id)
    answered = asked.where(ConsentEvent.lead_id == lead.id, ConsentEvent.decision.in_(ANSWERS)).distinct()
    for statement in session.scalars(answered.order_by(ConsentStatement.id)).all():
        record(session, lead, statement, Decision.VERIFIED, manner, now=now, circumstances=circumstances)
    session.flush()
    stands = standings(session, lead).items()
    lift(session, lead, {key[0] for key, one in stands if one.is_given and one.basis is Basis.EXPRESS and one.verified},
         now=now)  # fmt: skip
    return True
