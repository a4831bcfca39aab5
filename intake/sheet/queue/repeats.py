"""Who asked before: requests from the same number or address within a week are one person in a
hurry.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from intake.db import batched, unindexed
from intake.models import Lead, QueueRow, Status
from intake.sheet.queue.removal_orders import IS_HIDDEN

WITHIN = timedelta(days=7)
NOT_COUNTED = (Status.DUPLICATE, Status.SPAM)
MOST = 20

Other = tuple[int, datetime, str, str | None]
"""A request: its id, when it came, its number, its address as a hash."""


@dataclass(frozen=True)
class OtherRequest:
    """Another request of the same number or address."""

    ref: str
    received_at: datetime
    status: Status
    by: str
    """"number", "address" or "number and address": what it shares."""


def request_numbers(session: Session, leads: Collection[Lead]) -> dict[int, int]:
    """Return, for each lead, which request of its person it is within a week: 1 for the first, 2
    for the second …
    """
    numbers = dict.fromkeys((lead.id for lead in leads), 1)
    for some in batched(leads, 400):
        others = _sharing(session, some)
        for lead in some:
            numbers[lead.id] += sum(_is_before(lead, other) for other in others)
    return numbers


def other_requests(session: Session, lead: Lead) -> Sequence[OtherRequest]:
    """Return the newest other requests of the same number or address, whenever they were made."""
    found = session.execute(
        select(Lead.ref, Lead.received_at, QueueRow.status, Lead.phone, Lead.email_hash)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(unindexed(Lead.clinic) == lead.clinic, Lead.id != lead.id, ~IS_HIDDEN, _same([lead]))
        .order_by(Lead.received_at.desc(), Lead.id.desc())
        .limit(MOST)
    )
    return [
        OtherRequest(ref, received_at, status or Status.NEW, _shared(lead, phone, address))
        for ref, received_at, status, phone, address in found
    ]


def _sharing(session: Session, leads: Sequence[Lead]) -> list[Other]:
    received = [lead.received_at for lead in leads]
    found = session.execute(
        select(Lead.id, Lead.received_at, Lead.phone, Lead.email_hash)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(unindexed(Lead.clinic) == leads[0].clinic, ~IS_HIDDEN, _same(leads))
        .where(Lead.received_at > min(received) - WITHIN, Lead.received_at <= max(received))
        .where(or_(QueueRow.status.is_(None), QueueRow.status.not_in(NOT_COUNTED)))
    )
    return [(lead_id, at, phone, address) for lead_id, at, phone, address in found]


def _same(leads: Sequence[Lead]) -> ColumnElement[bool]:
    addresses = [lead.email_hash for lead in leads if lead.email_hash]
    return or_(Lead.phone.in_([lead.phone for lead in leads]), Lead.email_hash.in_(addresses))


def _is_before(lead: Lead, other: Other) -> bool:
    lead_id, at, phone, address = other
    is_same = phone == lead.phone or (address is not None and address == lead.email_hash)
    return (
        is_same and lead.received_at - WITHIN < at and (at, lead_id) < (lead.received_at, lead.id)
    )


def _shared(lead: Lead, phone: str, address: str | None) -> str:
    same = {
        "number": phone == lead.phone,
        "address": address is not None and address == lead.email_hash,
    }
    return " and ".join(name for name, is_same in same.items() if is_same)
