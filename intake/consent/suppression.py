"""The suppression list: addresses that must not be mailed for a purpose, as keyed hashes that outlive an erasure.

It is lifted when the same person agrees again, by an event of its own. Where mails need a verified address, agreeing is
not enough, because anybody can type a stranger's address into a form: there it is lifted once the address is verified.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.consent.may_send import NEEDS_VERIFIED
from intake.consent.state import is_verified
from intake.models import Channel, Lead, Purpose, Suppression


def suppress(session: Session, lead: Lead, purposes: Collection[Purpose], *, now: datetime) -> None:
    """Put the address of *lead* on the list; a purpose that stands there already keeps its date."""
    if lead.email_hash is None:
        return
    for purpose in sorted(purposes):  # in one order, so that two presses do not wait for each other for good
        _suppress(session, lead.clinic, lead.email_hash, purpose, now)


def lift(session: Session, lead: Lead, purposes: Collection[Purpose], *, now: datetime) -> None:
    """Take the address of *lead* off the list for *purposes* that were expressly agreed to, where that is enough."""
    if lead.email_hash is None or not purposes:
        return
    enough = set(purposes) if is_verified(session, lead) else set(purposes) - NEEDS_VERIFIED
    session.execute(
        update(Suppression)
        .where(Suppression.clinic == lead.clinic, Suppression.address_hash == lead.email_hash)
        .where(Suppression.purpose.in_(enough), Suppression.lifted_at.is_(None))
        .values(lifted_at=now)
    )


def suppressed(session: Session, lead: Lead) -> frozenset[Purpose]:
    """For which purposes the address of *lead* must not be mailed; all of them when its hash is not known."""
    if lead.email_hash is None:
        return frozenset(Purpose)
    mine = (Suppression.clinic == lead.clinic, Suppression.address_hash == lead.email_hash)
    return frozenset(session.scalars(select(Suppression.purpose).where(*mine, Suppression.lifted_at.is_(None))))


def standing_suppressions(session: Session, clinic: str) -> Sequence[Suppression]:
    """The list as it stands, oldest first."""
    return session.scalars(
        select(Suppression)
        .where(Suppression.clinic == clinic, Suppression.lifted_at.is_(None))
        .order_by(Suppression.since, Suppression.id)
    ).all()


def _suppress(session: Session, clinic: str, address_hash: str, purpose: Purpose, now: datetime) -> None:
    entry = {"clinic": clinic, "address_hash": address_hash, "channel": Channel.EMAIL, "purpose": purpose}
    known = select(Suppression).filter_by(**entry)
    found = session.scalars(known).first()
    if found is None:
        try:
            with session.begin_nested():
                session.add(Suppression(**entry, since=now))
        except IntegrityError:  # another press of the same button was quicker
            found = session.scalars(known).one()
    if found and found.lifted_at:
        found.since, found.lifted_at = now, None
