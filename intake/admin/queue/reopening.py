"""Open a closed request again from the desk: whose hand may do it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import Lead, QueueRow, Status
from intake.sheet.queue.reopen import NotReopened, reopen


def reopen_from_desk(
    session: Session, clinic: Clinic, ref: str, *, lifts_ban: bool, now: datetime
) -> str:
    """Have the request *ref* called again, and say what is so now. Raises `NotReopened`.

    *lifts_ban*: also where the person asked not to be called, which is not for the front desk to
    take back.
    """
    status = session.scalar(
        select(QueueRow.status).join(Lead).where(Lead.clinic == clinic.key, Lead.ref == ref)
    )
    if status is Status.DO_NOT_CALL and not lifts_ban:
        raise NotReopened("The person asked not to be called. Only an admin can lift that.")
    return reopen(session, clinic.key, ref, now=now)
