"""End what a person agreed to: at once, for every request made with the same address (CASL s. 11(3)).

Whoever stops something never agreed to in so many words says no as well: that is recorded too, because consent could
be implied from a later inquiry, and a withdrawal outweighs it. The sheet follows when it is read back; whether a mail
that waits may go out is asked when it goes.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.ended import state_before
from intake.consent.hashes import note_hashes
from intake.consent.record import Circumstances, Manner, record
from intake.consent.state import Standing, standings, standings_seen_by
from intake.consent.statements import current_statement
from intake.consent.suppression import suppress
from intake.models import Channel, ConsentEvent, ConsentStatement, Decision, Lead, Purpose


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

    *received_at* is when the person said so, where that was before *now* (a letter). What was withdrawn already stays
    as it was; as far as *lead*'s page may tell: else the answer would tell a stranger what this address withdrew.
    """
    if lead.email and lead.email_hash is None:
        note_hashes(lead, address_key)
    stands, seen, ended = standings(session, lead), standings_seen_by(session, lead), set[Purpose]()
    for purpose in sorted(purposes):
        standing, told = (some.get((purpose, Channel.EMAIL)) for some in (stands, seen))
        words = _words(session, clinic, purpose, standing, lead.form_language)
        if words is None or (told and told.decision is Decision.WITHDRAWN):
            continue
        how = replace(manner, default_state=state_before(standing, manner.default_state))
        record(session, lead, words, Decision.WITHDRAWN, how, now=now, occurred_at=received_at,
               circumstances=circumstances, reason=reason)  # fmt: skip
        ended.add(purpose)
    suppress(session, lead, purposes, now=now)
    return ended


def _words(
    session: Session, clinic: Clinic, purpose: Purpose, standing: Standing | None, language: str
) -> ConsentStatement | None:
    """The words that are withdrawn from: those of the last answer, else today's."""
    if standing:
        return session.get_one(ConsentEvent, standing.event).statement
    return current_statement(session, clinic.key, purpose, language)
