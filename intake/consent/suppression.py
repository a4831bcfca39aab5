"""The suppression list: addresses that must not be mailed for a purpose, as keyed hashes that outlive an erasure.

It is lifted when the same person agrees again, by an event of its own. Where mails need a verified address, agreeing is
not enough, because anybody can type a stranger's address into a form: there it is lifted once the address is verified.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.consent.kept import agreed_again, lifted
from intake.consent.listed import COUNTS, counting, of_lead
from intake.consent.may_send import NEEDS_VERIFIED
from intake.consent.state import is_verified
from intake.ledger.kept_acts import keep
from intake.models import Channel, Lead, Purpose, Suppression


def suppress(session: Session, lead: Lead, purposes: Collection[Purpose], *, now: datetime) -> None:
    """Put the address of *lead* on the list; a purpose that stands there already keeps its date."""
    if lead.email_hash is None:
        return
    stands = _counting(session, lead)
    for purpose in sorted(purposes):  # in one order, so that two presses do not wait for each other for good
        former = stands.get(purpose)
        since = former.since if former and former.lifted_at is None else now
        suppress_address(session, lead.clinic, lead.email_hash, purpose, since=since, now=now)


def suppress_address(
    session: Session, clinic: str, address_hash: str, purpose: Purpose, *, since: datetime, now: datetime
) -> None:
    """Put the address with this hash on the list, whether or not a request with it is on record."""
    row = _own_row(session, clinic, address_hash, purpose, since)
    if row.lifted_at:
        row.since, row.lifted_at = now, None


def lift(session: Session, lead: Lead, purposes: Collection[Purpose], *, now: datetime) -> None:
    """Take the address of *lead* off the list for *purposes* that were expressly agreed to, where that is enough."""
    if lead.email_hash is None or not purposes:
        return
    listed = {purpose: row for purpose, row in _counting(session, lead).items() if row.lifted_at is None}
    enough = set(purposes) if is_verified(session, lead) else set(purposes) - NEEDS_VERIFIED
    for purpose, row in sorted(listed.items()):
        if purpose in enough:
            _own_row(session, lead.clinic, lead.email_hash, purpose, row.since).lifted_at = now
            keep(session, lifted(lead.clinic, lead.email_hash, purpose, at=now))
        elif purpose in purposes:
            keep(session, agreed_again(lead, purpose, now=now))


def suppressed(session: Session, lead: Lead) -> frozenset[Purpose]:
    """For which purposes the address of *lead* must not be mailed; all of them when its hash is not known."""
    if lead.email_hash is None:
        return frozenset(Purpose)
    return frozenset(purpose for purpose, row in _counting(session, lead).items() if row.lifted_at is None)


def standing_suppressions(session: Session, clinic: str) -> Sequence[Suppression]:
    """The list as it stands, oldest first."""
    return session.scalars(
        select(Suppression)
        .where(Suppression.clinic == clinic, Suppression.lifted_at.is_(None), COUNTS)
        .order_by(Suppression.since, Suppression.id)
    ).all()


def _counting(session: Session, lead: Lead) -> dict[Purpose, Suppression]:
    return counting(session.scalars(select(Suppression).where(of_lead(lead))))


def _own_row(session: Session, clinic: str, address_hash: str, purpose: Purpose, since: datetime) -> Suppression:
    """The row of exactly this mailbox; one that stands since *since* where it had none."""
    entry = {"clinic": clinic, "address_hash": address_hash, "channel": Channel.EMAIL, "purpose": purpose}
    known = select(Suppression).filter_by(**entry, is_former=False)
    found = session.scalars(known).first()
    if found:
        return found
    try:
        with session.begin_nested():
            session.add(made := Suppression(**entry, since=since, is_former=False))
    except IntegrityError:  # another press of the same button was quicker
        return session.scalars(known).one()
    return made
