"""Open a closed request again from the desk: by whom, and what nobody but an admin may lift."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.desk.call_log import reopen
from intake.desk.calling_order import may_be_seen
from intake.desk.statuses import OPEN
from intake.models import Lead, QueueRow, Status


class NotReopened(Exception):
    """It stays as it is; the message says why."""


def reopen_request(session: Session, clinic: Clinic, ref: str, *, lifts_ban: bool, now: datetime) -> Lead:
    """Have the request *ref* called again. Raises `NotReopened`.

    *lifts_ban*: also where the person asked not to be called, which is not for the front desk to take back.
    """
    found = session.execute(
        select(Lead, QueueRow)
        .join(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, Lead.ref == ref, may_be_seen())
        .with_for_update(of=QueueRow)
    ).first()
    if found is None:
        raise NotReopened("This request was not delivered yet, or is not in the queue.")
    lead, row = found
    if row.status in OPEN:
        raise NotReopened(f"This request is open already ({row.status}).")
    if row.status is Status.DO_NOT_CALL and not lifts_ban:
        raise NotReopened("The person asked not to be called. Only an admin can lift that.")
    session.add(reopen(row, now=now))
    return lead
