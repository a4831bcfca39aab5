"""End what a person agreed to: at once, for every request made with the same address (CASL s.
11(3)).

Whoever stops something never agreed to in so many words says no as well: that is recorded too,
because consent could be implied from a later inquiry, and a withdrawal outweighs it. The sheet
follows when it is read back; whether a mail that waits may go out is asked when it goes.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.ended_agreements import state_before
from intake.consent.hashes import note_hashes
from intake.consent.person_consent import PersonConsent, consent_of
from intake.consent.record import Circumstances, Manner, Said, record_all
from intake.consent.statements import current_statements
from intake.consent.suppression import suppress
from intake.models import Channel, ConsentStatement, Decision, Lead, Purpose


def withdraw(
    session: Session,
    lead: Lead,
    purposes: Collection[Purpose],
    manner: Manner,
    *,
    clinic: Clinic,
    address_key: bytes,
    now: datetime,
    received_at: datetime | None = None,
    circumstances: Circumstances | None = None,
    reason: str = "",
) -> set[Purpose]:
    """Record that *lead*'s person wants no more mail for *purposes*, and return what ended by it.

    *received_at* is when the person said so, where that was before *now* (a letter). What was
    withdrawn already stays as it was; as far as *lead*'s page may tell: else the answer would tell
    a stranger what this address withdrew.
    """
    if lead.email and lead.email_hash is None:
        note_hashes(lead, address_key)
    consent, said = consent_of(session, lead), list[Said]()
    words_of = _words(session, clinic, purposes, consent)
    for purpose in sorted(purposes):
        standing, told = (
            some.get((purpose, Channel.EMAIL)) for some in (consent.stands, consent.stands_as_seen)
        )
        words = words_of.get(purpose)
        if words and not (told and told.decision is Decision.WITHDRAWN):
            how = replace(manner, default_state=state_before(standing, manner.default_state))
            said.append(Said(words, Decision.WITHDRAWN, how, received_at))
    events = record_all(session, lead, said, now=now, circumstances=circumstances, reason=reason)
    suppress(session, lead, purposes, now=now)
    return {event.purpose for event in events if event.purpose}


def _words(
    session: Session, clinic: Clinic, purposes: Collection[Purpose], consent: PersonConsent
) -> Mapping[Purpose, ConsentStatement | None]:
    """Return, for each purpose, the wording that is withdrawn from: that of the last answer, else
    today's.
    """
    answered = {key[0]: consent.words_of(standing) for key, standing in consent.stands.items()}
    if answered.keys() >= set(purposes):
        return answered
    today = current_statements(session, clinic.key, consent.lead.form_language)
    return {**{words.purpose: words for words in today}, **answered}
