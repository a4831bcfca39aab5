"""Does every event still count for the person it was recorded of, and in the order in which it was
recorded?

Consent is folded over a person's events in their order. Whoever renumbers two events, gives a
request another address hash, or clears the suppression list, turns a withdrawal into an agreement
without touching what was recorded.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from intake.consent.listed import listed
from intake.consent.person_consent import standings_of
from intake.contacts import mailbox
from intake.models import ConsentEvent, Decision, Lead, LedgerEntry, LedgerPosition
from intake.plain_rows import plain_rows, remembered

OVERLAP = timedelta(seconds=10)
"""Two transactions at the same moment may number their events and their records in different
orders.
"""


def reconcile_order(session: Session, clinic: str) -> Iterator[str]:
    """Tell each event whose row comes after events of its person that were recorded later."""
    rows = plain_rows(
        session,
        select(
            ConsentEvent.uid,
            remembered(ConsentEvent.recorded_at),
            Lead.id,
            Lead.email_hash,
            LedgerEntry.id,
            LedgerPosition.position,
        )
        .join(Lead, Lead.id == ConsentEvent.lead_id)
        .join(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(Lead.clinic == clinic)
        .order_by(ConsentEvent.id),
    )
    last: dict[str | int, tuple[tuple[bool, int], datetime]] = {}
    for uid, recorded_at, lead_id, address, entry_id, position in rows:
        # What is not sealed comes last
        place = (
            position is None,
            entry_id if position is None else position,
        )
        before = last.get(address or lead_id)
        if before and place < before[0] and recorded_at < before[1] - OVERLAP:
            yield (
                f"consent event {uid}: the row comes after events of its person that were "
                "recorded later"
            )
        if before is None or place > before[0]:
            last[address or lead_id] = place, recorded_at


def reconcile_addresses(session: Session, clinic: str) -> Iterator[str]:
    """Tell each request whose address has another hash than elsewhere, or whose hash another
    address has.

    A request without a hash is treated as suppressed, so that nothing hides there.
    """
    hash_of: dict[str, str] = {}
    address_of: dict[str, str] = {}
    rows = session.execute(
        select(Lead.ref, Lead.email, Lead.email_hash)
        .where(Lead.clinic == clinic, Lead.email.is_not(None), Lead.email_hash.is_not(None))
        .order_by(Lead.id)
    )
    for ref, email, hashed in rows:
        address = mailbox(email or "")
        if hash_of.setdefault(address, hashed or "") != hashed:
            yield (
                f"request {ref}: its address has another hash than elsewhere, so that it "
                "counts for another person"
            )
        elif address_of.setdefault(hashed, address) != address:
            yield (
                f"request {ref}: its address has the hash of another one, so that it counts "
                "for another person"
            )


def reconcile_erasures(session: Session, clinic: str) -> Iterator[str]:
    """Tell each request that looks erased though no erasure was recorded, and each that was not
    erased though one was.

    An emptied salt unlinks every commitment.
    """
    recorded = exists().where(
        ConsentEvent.lead_id == Lead.id, ConsentEvent.decision == Decision.ERASED
    )
    looks_erased = or_(Lead.salt.is_(None), Lead.erased_at.is_not(None))
    rows = session.execute(
        select(Lead.ref, recorded.label("recorded"))
        .where(Lead.clinic == clinic, or_(looks_erased, recorded))
        .where(or_(~recorded, Lead.salt.is_not(None), Lead.erased_at.is_(None)))
        .order_by(Lead.id)
    )
    for ref, is_recorded in rows:
        if is_recorded:
            yield f"request {ref}: its erasure was recorded, but it is not erased"
        else:
            yield (
                f"request {ref}: it was emptied as if the person was erased, but no erasure "
                "was recorded"
            )


def reconcile_suppressions(session: Session, clinic: str) -> Iterator[str]:
    """Tell each withdrawal that stands for a person whose address is not on the suppression
    list.
    """
    kept = listed(session, clinic)
    leads = _who_withdrew(session, clinic)
    stands = standings_of(session, [lead_id for lead_id, *_ in leads])
    for lead_id, ref, present, former in leads:
        for (purpose, channel), standing in stands.get(lead_id, {}).items():
            withdrawn = standing.decision is Decision.WITHDRAWN
            if withdrawn and not kept.covers(present, former, purpose, channel):
                yield (
                    f"request {ref}: {purpose} was withdrawn, but the address is not on the "
                    "suppression list"
                )


def _who_withdrew(session: Session, clinic: str) -> list[tuple[int, str, str, str | None]]:
    """Return the requests of whoever ever withdrew anything: only for these can a withdrawal
    stand.
    """
    withdrawn = select(ConsentEvent.lead_id).where(ConsentEvent.decision == Decision.WITHDRAWN)
    persons = set(
        session.scalars(
            select(Lead.email_hash).where(Lead.id.in_(withdrawn), Lead.email_hash.is_not(None))
        )
    )
    rows = plain_rows(
        session,
        select(Lead.id, Lead.ref, Lead.email_hash, Lead.email_hash_former)
        .where(Lead.clinic == clinic, Lead.email_hash.is_not(None))
        .order_by(Lead.id),
    )
    return [
        (lead_id, ref, present, former)
        for lead_id, ref, present, former in rows
        if present in persons
    ]
