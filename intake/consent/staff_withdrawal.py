"""Withdrawals that reached the clinic by phone, letter, reply or at the desk, and how fast each
took effect.

The law allows ten business days from when the person said it (CASL s. 11(3)); here it takes effect
when it is recorded. So what has to be watched is the time until somebody records it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.ended_agreements import WAS_SAID
from intake.consent.person_consent import consent_of, requests_by
from intake.consent.record import Manner
from intake.consent.withdraw import withdraw
from intake.hours import business_days
from intake.models import ConsentEvent, Lead, Purpose
from intake.reference import read_reference

WAYS = ("phone", "letter", "reply", "visit")
TERM = 10
"""Business days (CASL s. 11(3))."""


class NotRecorded(Exception):
    """The withdrawal cannot be recorded as it was told; the message says what to check."""


@dataclass(frozen=True)
class Recorded:
    """What ended, in how many business days, and what was agreed to again after the person had said
    stop.
    """

    ended: frozenset[Purpose]
    business_days: int
    agreed_since: frozenset[Purpose]


@dataclass(frozen=True)
class Handled:
    """One withdrawal: when the clinic received it and when it took effect, as days of the
    clinic.
    """

    ref: str
    purposes: tuple[Purpose, ...]
    by: str
    received: date
    effected: date
    business_days: int

    @property
    def is_late(self) -> bool:
        """Over the term of the law."""
        return self.business_days > TERM


def withdraw_for(
    session: Session,
    ref: str,
    purposes: Collection[Purpose],
    *,
    clinic: Clinic,
    address_key: bytes,
    by: str,
    received: date,
    note: str = "",
    now: datetime,
) -> Recorded:
    """Record, for staff, that the person behind *ref* withdrew on the day *received*. Raises
    `NotRecorded`.
    """
    lead = next(
        iter(requests_by(session, Lead.ref, read_reference(ref), clinic.key, hold=True)), None
    )
    if lead is None:
        raise NotRecorded(f"There is no request {ref}; check the reference.")
    today = now.astimezone(clinic.time_zone).date()
    if received > today:
        raise NotRecorded(f"{received} is still to come; give the day on which the person said it.")
    if received < lead.received_at.astimezone(clinic.time_zone).date():
        raise NotRecorded(
            f"On {received} there was no request {lead.ref} yet; check the date and the reference."
        )
    said_at = max(datetime.combine(received, time(), clinic.time_zone), lead.received_at)
    before = consent_of(session, lead).stands
    manner = Manner(by, "none", "none", "staff", "staff", "")
    ended = withdraw(
        session,
        lead,
        purposes,
        manner,
        clinic=clinic,
        address_key=address_key,
        now=now,
        received_at=said_at,
        reason=note,
    )
    again = {
        key[0]
        for key, one in before.items()
        if one.is_given and key[0] in ended and one.since > said_at
    }
    return Recorded(frozenset(ended), business_days(clinic, received, today), frozenset(again))


def withdrawals(
    session: Session, clinic: Clinic, *, since: date | None = None
) -> Sequence[Handled]:
    """Return every withdrawal that took effect on or after *since*, oldest first."""
    found = session.execute(
        select(Lead.ref, ConsentEvent)
        .join(ConsentEvent, ConsentEvent.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, *WAS_SAID)
        .order_by(ConsentEvent.id)
    )
    together = defaultdict[tuple[str, str, date, date], list[Purpose]](list)
    for ref, event in found:
        received, effected = (
            at.astimezone(clinic.time_zone).date() for at in (event.occurred_at, event.recorded_at)
        )
        if event.purpose and (since is None or effected >= since):
            together[(ref, event.method, received, effected)].append(event.purpose)
    return [
        Handled(
            ref, tuple(purposes), by, received, effected, business_days(clinic, received, effected)
        )
        for (ref, by, received, effected), purposes in together.items()
    ]
