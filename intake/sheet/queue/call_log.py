"""The call log: what staff changed becomes an entry, and the lead's state follows where the move
makes sense.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from intake.models import CallLogEntry, QueueRow
from intake.sheet.queue.staff_words import StaffWords, words_of
from intake.sheet.queue.statuses import is_attempt, parse_status, transition

ONE_CALL = timedelta(minutes=10)
"""Staff set the status and then the date, or the other way round: changes this close tell of one
call.
"""


def take_over(
    row: QueueRow, written: StaffWords, *, now: datetime, who: str = "sheet"
) -> CallLogEntry | None:
    """Bring *row* to what staff have *written*, and return the entry to append; None when nothing
    changed.

    A move that makes no sense is kept as it was written, and the status stays: the alert says so.
    """
    changed = written.changes(words_of(row))
    if not changed:
        return None
    target = parse_status(written.status or "") if "status" in changed else None
    move = transition(row.status, target) if target else None
    attempt = _is_new_call(row, now) and (
        (move is not None and is_attempt(move, row.status))
        or ("last_called" in changed and bool((written.last_called or "").strip()))
    )
    for key in changed:
        setattr(row, "sheet_status" if key == "status" else key, getattr(written, key))
    if move:
        row.status, row.status_at = move.target, now
    if attempt:
        row.attempts += 1
        row.first_called_at, row.last_attempt_at = row.first_called_at or now, now
    return entry_of(row, changed, move.name if move else None, now=now, who=who, attempt=attempt)


def entry_of(
    row: QueueRow,
    changed: Sequence[str],
    name: str | None,
    *,
    now: datetime,
    who: str,
    attempt: bool,
) -> CallLogEntry:
    """Return the log's entry of a change that *row* shows already."""
    return CallLogEntry(
        lead_id=row.lead_id,
        at=now,
        who=who,
        changed=list(changed),
        transition=name,
        status=row.status,
        is_attempt=attempt,
        sheet_status=row.sheet_status,
        assigned_to=row.assigned_to,
        last_called=row.last_called,
        follow_up_on=row.follow_up_on,
        notes=row.notes,
    )


def is_refused(entry: CallLogEntry) -> bool:
    """Return whether a move was written that was not taken over."""
    return "status" in entry.changed and parse_status(entry.sheet_status or "") is not entry.status


def _is_new_call(row: QueueRow, now: datetime) -> bool:
    return row.last_attempt_at is None or now - row.last_attempt_at > ONE_CALL
