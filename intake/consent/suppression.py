"""The suppression list: addresses that must not be mailed for a purpose, as keyed hashes that
outlive an erasure.

It is lifted when the same person agrees again, by an event of its own. Where mails need a verified
address, agreeing is not enough, because anybody can type a stranger's address into a form: there it
is lifted once the address is verified.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.copied_events import agreed_again, lifted
from intake.consent.listed import COUNTS, counting, of_lead
from intake.consent.may_send import NEEDS_VERIFIED
from intake.ledger.kept_acts import keep_act
from intake.models import Channel, Lead, Purpose, Suppression
from intake.rows import inserts
from intake.sql import execute

WHERE_THERE = " ON CONFLICT (clinic, address_hash, channel, purpose, is_former) DO UPDATE "
STAND_AGAIN = (
    f"{WHERE_THERE}SET since = ?, lifted_at = NULL WHERE suppression.lifted_at IS NOT NULL"
)
LIFT = f"{WHERE_THERE}SET lifted_at = excluded.lifted_at"


def suppress(session: Session, lead: Lead, purposes: Collection[Purpose], *, now: datetime) -> None:
    """Put the address of *lead* on the list; a purpose that stands there already keeps its date."""
    if lead.email_hash is None or not purposes:
        return
    stands = {
        purpose: row for purpose, row in _counting(session, lead).items() if row.lifted_at is None
    }
    since = {purpose: stands[purpose].since if purpose in stands else now for purpose in purposes}
    _put_on(session, lead.clinic, lead.email_hash, since, now)


def suppress_address(
    session: Session,
    clinic: str,
    address_hash: str,
    purpose: Purpose,
    *,
    since: datetime,
    now: datetime,
) -> None:
    """Put the address with this hash on the list, whether or not a request with it is on record."""
    _put_on(session, clinic, address_hash, {purpose: since}, now)


def lift(
    session: Session, lead: Lead, purposes: Collection[Purpose], *, is_verified: bool, now: datetime
) -> None:
    """Take the address of *lead* off the list for *purposes* that were expressly agreed to, where
    that is enough.

    *is_verified*: whether the address was confirmed for this request (`PersonConsent`).
    """
    if lead.email_hash is None or not purposes:
        return
    listed = {
        purpose: row for purpose, row in _counting(session, lead).items() if row.lifted_at is None
    }
    enough = set(purposes) if is_verified else set(purposes) - NEEDS_VERIFIED
    for purpose in sorted(listed):
        if purpose in enough:
            keep_act(session, lifted(lead.clinic, lead.email_hash, purpose, at=now))
        elif purpose in purposes:
            keep_act(session, agreed_again(lead, purpose, now=now))
    rows = [
        _row(lead.clinic, lead.email_hash, purpose, since=row.since, lifted_at=now)
        for purpose, row in sorted(listed.items())
        if purpose in enough
    ]
    connection = session.connection()
    execute(connection, *inserts(connection.dialect, Suppression, rows, on_conflict=LIFT))


def suppressed(session: Session, lead: Lead) -> frozenset[Purpose]:
    """Return the purposes for which the address of *lead* must not be mailed; all of them when its
    hash is not known.
    """
    if lead.email_hash is None:
        return frozenset(Purpose)
    return frozenset(
        purpose for purpose, row in _counting(session, lead).items() if row.lifted_at is None
    )


def standing_suppressions(session: Session, clinic: str) -> Sequence[Suppression]:
    """Return the list as it stands, oldest first."""
    return session.scalars(
        select(Suppression)
        .where(Suppression.clinic == clinic, Suppression.lifted_at.is_(None), COUNTS)
        .order_by(Suppression.since, Suppression.id)
        .execution_options(populate_existing=True)  # rows are written past the unit of work
    ).all()


def _counting(session: Session, lead: Lead) -> dict[Purpose, Suppression]:
    rows = select(Suppression).where(of_lead(lead)).execution_options(populate_existing=True)
    return counting(session.scalars(rows))


def _put_on(
    session: Session,
    clinic: str,
    address_hash: str,
    since: Mapping[Purpose, datetime],
    now: datetime,
) -> None:
    """Have rows of exactly this mailbox stand, each since its time; one that was lifted stands
    anew, from now on.
    """
    # In one order everywhere: then two presses never wait for each other for good
    rows = [
        _row(clinic, address_hash, purpose, since=since[purpose], lifted_at=None)
        for purpose in sorted(since)
    ]
    connection = session.connection()
    execute(
        connection,
        *inserts(
            connection.dialect, Suppression, rows, on_conflict=STAND_AGAIN, values={"since": [now]}
        ),
    )


def _row(
    clinic: str, address_hash: str, purpose: Purpose, *, since: datetime, lifted_at: datetime | None
) -> Mapping[str, object]:
    """Return the row of exactly this mailbox."""
    return {
        "clinic": clinic,
        "address_hash": address_hash,
        "channel": Channel.EMAIL,
        "purpose": purpose,
        "since": since,
        "lifted_at": lifted_at,
        "is_former": False,
    }
