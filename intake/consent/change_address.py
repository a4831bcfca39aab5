"""A request leaves its address: it gets another one, or its person is erased. A no goes along; a
yes does not.

Anybody could have an address changed by phone, and the new one may be a stranger's: so an
agreement, and that somebody confirmed the former address, count for the former address alone. A no
can only spare somebody mail. It counts for the new address too, and for the other requests with the
former one, from whose events it would vanish with this request.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.ended_agreements import CARRIED
from intake.consent.fold import FORMER_ADDRESS, ConsentState, fold
from intake.consent.hashes import note_hashes
from intake.consent.person_consent import PersonConsent, consent_of
from intake.consent.record import Manner, Said, record_all
from intake.consent.suppression import suppress
from intake.consent.token import key_of, link_token
from intake.models import ConsentEvent, ConsentStatement, Decision, Lead

SAYS_NO = (Decision.REFUSED, Decision.WITHDRAWN)
CORRECTED = Manner("address corrected", FORMER_ADDRESS, "none", "staff", "staff", "")


def change_address(
    session: Session,
    lead: Lead,
    email: str | None,
    *,
    address_key: bytes,
    now: datetime,
    reason: str,
) -> None:
    """Give *lead* another address, or none.

    1. Whoever else asked with the former address keeps what was withdrawn on this request.
    2. The log says, for everything this request was asked, that its answers were to the former
    address.
    3. Links in mails to the former address end.
    4. What was refused or withdrawn is recorded again, for the new address.
    """
    before = _refusals(consent_of(session, lead))
    keep_withdrawals(session, lead, now=now)
    left = [Said(words, Decision.INVALIDATED, CORRECTED) for words in _asked(session, lead)]
    record_all(session, lead, left, now=now, reason=reason)
    lead.email = email
    note_hashes(lead, address_key)
    lead.link_version += 1
    lead.consent_key = key_of(link_token(lead)) if lead.salt else None
    session.flush()
    record_all(session, lead, before, now=now)
    withdrawn = {
        one.statement.purpose
        for one in before
        if one.statement and one.decision is Decision.WITHDRAWN
    }
    suppress(session, lead, withdrawn, now=now)


def keep_withdrawals(session: Session, lead: Lead, *, now: datetime) -> None:
    """Record on another request of the same address what was withdrawn on *lead*, which is about to
    leave it.
    """
    consent = consent_of(session, lead)
    rest = [event for event in consent.events if event.lead_id != lead.id]
    if not rest:
        return
    heir, left = session.get_one(Lead, max(event.lead_id for event in rest)), fold(rest)
    kept = [
        _again(consent, standing)
        for key, standing in consent.stands.items()
        if standing.decision is Decision.WITHDRAWN
        and not (key in left and left[key].decision is Decision.WITHDRAWN)
    ]
    record_all(session, heir, kept, now=now)


def _again(consent: PersonConsent, standing: ConsentState) -> Said:
    """Return a no, to the same words and of the same time."""
    return Said(consent.words_of(standing), standing.decision, _carried(standing), standing.since)


def _carried(standing: ConsentState) -> Manner:
    """Return how the withdrawal is carried over: one that ended nothing then ends nothing now."""
    return replace(CARRIED, default_state=Decision.REFUSED) if standing.ended_nothing else CARRIED


def _asked(session: Session, lead: Lead) -> list[ConsentStatement]:
    asked = select(ConsentStatement).join(
        ConsentEvent, ConsentEvent.statement_id == ConsentStatement.id
    )
    return list(
        session.scalars(
            asked.where(ConsentEvent.lead_id == lead.id).distinct().order_by(ConsentStatement.id)
        )
    )


def _refusals(consent: PersonConsent) -> list[Said]:
    return [_again(consent, one) for one in consent.stands.values() if one.decision in SAYS_NO]
