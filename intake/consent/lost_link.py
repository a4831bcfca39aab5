"""Whoever lost the link to their consent page gets it by mail, and nobody else learns whether we
know them.

The work is the same for a known and an unknown person, a write included, so that the time it takes
tells nothing; what is left of a difference is the one line in the outbox. A person gets one such
mail a day, whoever asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, String, cast, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.person_consent import person_of
from intake.contacts import address_hash
from intake.limits import LINKS, LimitKey, count, require
from intake.models import ConsentEvent, Decision, InstallationFact, Lead, OutboxEntry, Topic
from intake.outbox import LONGEST_AHEAD, enqueue

AGAIN_AFTER = timedelta(days=1)
ASKED = "links asked for"
"""How often, by anybody: under this name in `installation`."""


@dataclass(frozen=True)
class Contact:
    """What was typed, in canonical form: one of the two."""

    email: str = ""
    phone: str = ""


def ask_for_link(
    session: Session,
    contact: Contact,
    *,
    clinic: Clinic,
    address_key: bytes,
    now: datetime,
    network: str = "",
) -> None:
    """Have the link mailed to the address of the person whom *contact* belongs to, if there is one.

    A *network* that asks for link after link is refused; "" where it is not known or limits are
    lifted. Raises `AskedTooOften`.
    """
    if network:
        require(count(session, [LimitKey.of(LINKS, address_key, network)], now=now), LINKS)
    _count(session)
    lead = _newest(session, contact, clinic, address_key)
    person = person_of(session, lead) if lead else [0]
    if not _is_on_its_way(session, person, now) and lead:
        enqueue(session, Topic.LINK, lead.id, now=now)


def _newest(session: Session, contact: Contact, clinic: Clinic, address_key: bytes) -> Lead | None:
    """Return the request whose page to send: one whose address is verified tells most, else the
    newest.
    """
    known_by = Lead.phone == contact.phone
    if contact.email:
        known_by = Lead.email_hash == address_hash(address_key, contact.email)
    confirmed = select(ConsentEvent.id).where(
        ConsentEvent.lead_id == Lead.id, ConsentEvent.decision == Decision.VERIFIED
    )
    return session.scalars(
        select(Lead)
        .where(Lead.clinic == clinic.key, known_by, Lead.email.is_not(None), Lead.salt.is_not(None))
        .order_by(confirmed.exists().desc(), Lead.id.desc())
        .limit(1)
    ).first()


def _is_on_its_way(session: Session, person: Sequence[int], now: datetime) -> bool:
    # What is due much later than now was ordered under a clock that was set back since
    recent = (
        OutboxEntry.topic == Topic.LINK,
        OutboxEntry.asked_at > now - AGAIN_AFTER,
        OutboxEntry.asked_at <= now + LONGEST_AHEAD,
    )
    return (
        session.scalars(
            select(OutboxEntry.id).where(OutboxEntry.lead_id.in_(person), *recent)
        ).first()
        is not None
    )


def _count(session: Session) -> None:
    counted = cast(cast(InstallationFact.value, Integer) + 1, String)
    counting = update(InstallationFact).where(InstallationFact.name == ASKED).values(value=counted)
    if session.execute(counting.returning(InstallationFact.name)).first():
        return
    try:
        with session.begin_nested():
            session.add(InstallationFact(name=ASKED, value="1"))
    except IntegrityError:
        session.execute(counting)
