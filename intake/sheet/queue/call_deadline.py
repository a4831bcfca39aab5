"""The promise to call in time: is it overdue, and how long did the first call take. Pure."""

from datetime import datetime

from intake.config import Clinic
from intake.hours import business_minutes
from intake.models import Status
from intake.sheet.queue.statuses import PROMISED


def is_overdue(status: Status, call_by: datetime, *, now: datetime) -> bool:
    """Return whether nobody has rung yet and the promised time is over: what stands in red in the
    sheet.
    """
    return status in PROMISED and call_by < now


def minutes_to_first_call(
    clinic: Clinic, received_at: datetime, first_called_at: datetime | None
) -> float | None:
    """Minutes of opening time from the request to the first call that staff noted; None before
    it.
    """
    return (
        None if first_called_at is None else business_minutes(clinic, received_at, first_called_at)
    )
