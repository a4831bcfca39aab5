"""The queue as the database knows it: which leads stand in the sheet, and what other requests each
number made.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.person_consent import standings_of
from intake.contacts import Doubt, doubt_about
from intake.db import batched, unindexed
from intake.models import Batch, Lead, OutboxEntry, QueueRow, Status
from intake.sheet.queue.alerts import AlertFacts, Other, alert
from intake.sheet.queue.removal_orders import IS_HIDDEN, IS_OUT
from intake.sheet.queue.rows import Row, queue_row
from intake.sheet.queue.staff_words import words_of, written_again

FEW = 500
"""Up to so many rows, their own numbers are looked up; for more of them, all that were used
twice.
"""
NOT_COUNTED = {Status.DUPLICATE, Status.SPAM}


@dataclass(frozen=True)
class SamePhoneRequest:
    """One request of a number, in the order in which they were made."""

    lead_id: int
    at: datetime
    other: Other


def present_rows(session: Session, clinic: Clinic) -> dict[str, QueueRow]:
    """Return, by reference, every row that was put into the clinic's sheet, those that staff
    removed included.

    Not those that are out (`sheet.queue.removal_orders`): nobody brings them back but who took them
    out.
    """
    return {lead.ref: row for lead, row in _standing(session, clinic)}


def not_present(session: Session, clinic: Clinic) -> set[str]:
    """References of leads that are not out, and of which it is not recorded that they were put into
    the sheet.
    """
    put_in = select(QueueRow.lead_id).where(
        QueueRow.lead_id == Lead.id, QueueRow.taken_out_at.is_(None)
    )
    return set(
        session.scalars(
            select(Lead.ref).where(Lead.clinic == clinic.key, ~put_in.exists(), ~IS_OUT)
        )
    )


def compose_present(
    session: Session, clinic: Clinic, *, now: datetime
) -> tuple[dict[str, QueueRow], dict[str, Row]]:
    """Return, by reference, the rows in the sheet and what each should hold now."""
    found = _standing(session, clinic)
    leads = {lead.id: lead for lead, _ in found}
    composed = _compose(session, clinic, leads, {row.lead_id: row for _, row in found}, now=now)
    return {lead.ref: row for lead, row in found}, {
        lead.ref: composed[lead.id] for lead, _ in found
    }


def _standing(session: Session, clinic: Clinic) -> list[tuple[Lead, QueueRow]]:
    found = session.execute(
        select(Lead, QueueRow)
        .join(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, QueueRow.taken_out_at.is_(None), ~IS_OUT)
    )
    return [(lead, row) for lead, row in found]


def sharing_phones(session: Session, clinic: Clinic, refs: Collection[str]) -> dict[str, int]:
    """Return, by reference, the leads *refs* and those from the same phones: the Alert of one tells
    of the others.
    """
    found: dict[str, int] = {}
    ours = unindexed(Lead.clinic) == clinic.key
    for some in batched(refs):
        phones = select(Lead.phone).where(ours, Lead.ref.in_(some))
        leads = session.execute(select(Lead.ref, Lead.id).where(ours, Lead.phone.in_(phones)))
        found |= {ref: lead_id for ref, lead_id in leads}  # noqa: C416  (rows are no pairs to mypy)
    return found


def alerts(
    session: Session, clinic: Clinic, rows: Collection[QueueRow], *, now: datetime
) -> dict[int, str]:
    """Return the Alert of each row, by lead; rows that have nothing to say are there with an empty
    text.
    """
    few = [row.lead_id for row in rows] if len(rows) <= FEW else None
    repeated = _requests_of_repeated_numbers(session, clinic, few)
    by_lead = {request.lead_id: requests for requests in repeated.values() for request in requests}
    today = now.astimezone(clinic.time_zone).date()
    doubts = _doubts(session, [row.lead_id for row in rows])
    return {
        row.lead_id: alert(
            _facts(row, by_lead.get(row.lead_id, ()), today, doubts.get(row.lead_id))
        )
        for row in rows
    }


def _doubts(session: Session, lead_ids: Collection[int]) -> dict[int, Doubt]:
    """Return what is odd about the number of each lead."""
    found: dict[int, Doubt] = {}
    for some in batched(lead_ids):
        for lead_id, phone in session.execute(select(Lead.id, Lead.phone).where(Lead.id.in_(some))):
            if doubt := doubt_about(phone):
                found[lead_id] = doubt
    return found


def _facts(
    row: QueueRow, requests: Sequence[SamePhoneRequest], today: date, doubt: Doubt | None
) -> AlertFacts:
    place = next((at for at, one in enumerate(requests) if one.lead_id == row.lead_id), 0)
    before = [one.other for one in requests[:place] if one.other.status not in NOT_COUNTED]
    after = [one.other for one in requests[place + 1 :] if one.other.status not in NOT_COUNTED]
    return AlertFacts(row.status, row.sheet_status, today, before, after, row.is_duplicated, doubt)


def _requests_of_repeated_numbers(
    session: Session, clinic: Clinic, lead_ids: Sequence[int] | None
) -> dict[str, list[SamePhoneRequest]]:
    shown = (Lead.clinic == clinic.key, ~IS_HIDDEN)
    several = select(Lead.phone).where(*shown).group_by(Lead.phone).having(func.count() > 1)
    if lead_ids is not None:
        several = select(Lead.phone).where(Lead.id.in_(lead_ids))
    found = session.execute(
        select(Lead.phone, Lead.id, Lead.ref, Lead.received_at, QueueRow.status, QueueRow.status_at)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(unindexed(Lead.clinic) == clinic.key, ~IS_HIDDEN, Lead.phone.in_(several))
        .order_by(Lead.received_at, Lead.id)
    )
    zone, requests = clinic.time_zone, defaultdict[str, list[SamePhoneRequest]](list)
    for phone, lead_id, ref, received_at, status, status_at in found:
        day = received_at.astimezone(zone).date()
        since = status_at.astimezone(zone).date() if status_at else day
        requests[phone].append(
            SamePhoneRequest(lead_id, received_at, Other(ref, day, status or Status.NEW, since))
        )
    return requests


def compose(
    session: Session, clinic: Clinic, lead_ids: Collection[int], *, now: datetime
) -> dict[int, Row]:
    """Return the queue rows of *lead_ids* as they should stand in the sheet now, with staff's words
    where there are any.
    """
    leads: dict[int, Lead] = {}
    rows: dict[int, QueueRow] = {}
    for some in batched(lead_ids):
        leads |= {lead.id: lead for lead in session.scalars(select(Lead).where(Lead.id.in_(some)))}
        rows |= {
            row.lead_id: row
            for row in session.scalars(select(QueueRow).where(QueueRow.lead_id.in_(some)))
        }
    return _compose(session, clinic, leads, rows, now=now)


def _compose(
    session: Session,
    clinic: Clinic,
    leads: Mapping[int, Lead],
    rows: Mapping[int, QueueRow],
    *,
    now: datetime,
) -> dict[int, Row]:
    consent = standings_of(session, leads)
    blank = [
        QueueRow(lead_id=lead_id, status=Status.NEW, sheet_status=Status.NEW, is_duplicated=False)
        for lead_id in leads
        if lead_id not in rows
    ]
    said = alerts(session, clinic, [*rows.values(), *blank], now=now)
    staff = {lead_id: written_again(words_of(row)) for lead_id, row in rows.items()}
    return {
        lead_id: queue_row(
            lead, consent[lead_id], clinic, alert=said[lead_id], staff=staff.get(lead_id)
        )
        for lead_id, lead in leads.items()
    }


def skip_delivery(session: Session, batch_id: int, *, tab: int, now: datetime) -> None:
    """Settle without a row what a batch must not send: leads that are hidden by now, and rows that
    stand in *tab*.

    The entries stay with their batch: until it is settled, an earlier copy of it may still bring
    those rows.
    """
    stands = exists().where(
        QueueRow.lead_id == Lead.id,
        QueueRow.tab == tab,
        QueueRow.missing_since.is_(None),
        QueueRow.removed_at.is_(None),
        QueueRow.taken_out_at.is_(None),
    )
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.batch_id == batch_id, OutboxEntry.delivered_at.is_(None))
        .where(OutboxEntry.lead_id.in_(select(Lead.id).where(or_(IS_HIDDEN, stands))))
        .values(delivered_at=now)
        .execution_options(synchronize_session=False)
    )


def put_into_tab(
    session: Session, lead_ids: Collection[int], batch_id: int, *, now: datetime
) -> None:
    """Note that the leads of a settled batch stand in its tab; a row that was restored keeps what
    staff wrote in it.
    """
    tab = session.scalar(select(Batch.tab).where(Batch.id == batch_id))
    known = session.scalars(select(QueueRow).where(QueueRow.lead_id.in_(lead_ids))).all()
    for row in known:
        row.tab, row.missing_since, row.removed_at, row.is_duplicated = tab, None, None, False
        row.taken_out_at = None
    new = set(lead_ids) - {row.lead_id for row in known}
    session.add_all(QueueRow(lead_id=lead_id, tab=tab, status_at=now) for lead_id in new)


def note_gone(session: Session, lead_ids: Collection[int], *, now: datetime) -> None:
    """Note that the rows of these leads were taken out; what they said is kept."""
    session.execute(
        update(QueueRow)
        .where(QueueRow.lead_id.in_(lead_ids))
        .values(taken_out_at=now, missing_since=None, is_duplicated=False)
        .execution_options(synchronize_session=False)
    )
