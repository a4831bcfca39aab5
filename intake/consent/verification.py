"""The address is the person's own: confirmed by pressing a button behind a link that only a mail to
it carries.
"""

import hmac
from datetime import datetime

from sqlalchemy.orm import Session

from intake.consent.person_consent import ANSWERS, consent_of
from intake.consent.record import Circumstances, Manner, Said, record_all
from intake.consent.suppression import lift
from intake.consent.token import THIS_ADDRESS, link_token
from intake.models import Basis, Decision, Lead


def is_code_of(lead: Lead, code: str) -> bool:
    """Return whether *code* is the one that mails to *lead*'s address carry."""
    return lead.salt is not None and hmac.compare_digest(
        code.encode(), link_token(lead, THIS_ADDRESS).encode()
    )


def verify(
    session: Session,
    lead: Lead,
    *,
    page: str,
    now: datetime,
    circumstances: Circumstances | None = None,
) -> bool:
    """Record for everything that *lead* was asked that its address is verified; False when it was
    already.

    What this request agreed to leaves the suppression list with it.
    """
    consent = consent_of(session, lead)
    if consent.is_verified:
        return False
    manner = Manner("button", "button", "none", "mail", "patient", page)
    asked = {
        event.statement for event in consent.own if event.decision in ANSWERS and event.statement
    }
    said = [
        Said(words, Decision.VERIFIED, manner)
        for words in sorted(asked, key=lambda words: words.id)
    ]
    consent = consent.after(record_all(session, lead, said, now=now, circumstances=circumstances))
    agreed = {
        key[0]
        for key, one in consent.stands.items()
        if one.is_given and one.basis is Basis.EXPRESS and one.verified
    }
    lift(session, lead, agreed, is_verified=consent.is_verified, now=now)
    return True
