"""An admin takes back “Do not call”, or opens a request that was closed: the only way that is not
through the sheet.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Lead, QueueRow, Status
from intake.sheet.queue.call_log import entry_of
from intake.sheet.queue.removal_orders import cancel_removal
from intake.sheet.queue.statuses import OPEN


class NotReopened(Exception):
    """The message says why not, and what to do."""


def reopen(session: Session, clinic: str, ref: str | None, *, now: datetime) -> str:
    """Open the request *ref*, and say in a sentence what is so now. Raises `NotReopened`.

    A row that left the sheet since it was closed comes back with what staff wrote in it.
    """
    lead = (
        session.scalar(select(Lead).where(Lead.clinic == clinic, Lead.ref == ref)) if ref else None
    )
    if lead is None:
        raise NotReopened(
            "There is no request with this reference; it stands in the sheet's first column."
        )
    if lead.erased_at or lead.restricted_at or lead.hold_reason:
        raise NotReopened(
            f"{lead.ref} is locked, erased or held back; that must be undone at the "
            "admin's desk first."
        )
    row = session.get(QueueRow, lead.id)
    if row is None:
        return f"{lead.ref} is open already (New): it waits for its first place in the sheet."
    if row.status in OPEN:
        return f"{lead.ref} is open already ({row.status}); nothing to do."
    row.status, row.status_at = Status.NEW, now
    session.add(entry_of(row, ["status"], "reopen", now=now, who="admin", attempt=False))
    # What staff deleted stays deleted; where it stands already, it is not written again
    if row.removed_at is None:
        cancel_removal(session, lead.id, now=now)
    return f"{lead.ref} is open again (New). Staff choose its next status in the sheet."
