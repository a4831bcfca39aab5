"""Write down what happened in the sheet: call log, state, copies, rows that went and came back."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from intake.config import Clinic
from intake.db import batched, unindexed
from intake.models import Lead, QueueRow
from intake.sheet.queue.call_log import is_refused, take_over
from intake.sheet.queue.derived_values import measure
from intake.sheet.queue.health import health_of
from intake.sheet.queue.removal_orders import IS_OUT
from intake.sheet.sync.comparison import SheetComparison

log = logging.getLogger(__name__)

CUT_AND_PASTE = timedelta(seconds=20)
"""A row that is missing for less than this may be on its way to another place in the sheet."""


GIVEN_UP = timedelta(days=7)
"""A list that was cleared and that nobody brought back for so long was cleared on purpose."""


@dataclass(frozen=True)
class RecordedChanges:
    """How much of each there was."""

    changes: int
    conflicts: int
    removed: int


def record_changes(
    session: Session, clinic: Clinic, seen: SheetComparison, *, tab: int | None, now: datetime
) -> RecordedChanges:
    """Take over what was seen, in the caller's transaction. *tab* is the queue's, for telling what
    is missing there.

    The rows are read again and compared again: what another relay wrote down meanwhile is not
    written twice.
    """
    rows = _rows(session, clinic, seen.concerned)
    for ref in seen.returned & rows.keys():
        rows[ref].missing_since, rows[ref].removed_at, rows[ref].tab = None, None, tab
    for ref in seen.single_again & rows.keys():
        rows[ref].is_duplicated = False
    for ref in seen.twice & rows.keys():
        rows[ref].is_duplicated = True
        log.warning("row found twice", extra={"lead": rows[ref].lead_id})
    entries = [
        take_over(rows[ref], words, now=now) for ref, words in seen.written.items() if ref in rows
    ]
    written = [entry for entry in entries if entry]
    for ref in seen.written.keys() & rows.keys():
        measure(rows[ref], rows[ref].lead.received_at, clinic)
    session.add_all(written)
    refused = [entry for entry in written if is_refused(entry)]
    for entry in refused:
        log.warning(
            "move not taken over", extra={"lead": entry.lead_id, "status": entry.status.value}
        )
    removed = _miss(
        [rows[ref] for ref in seen.missing & rows.keys()], tab, now, all_at_once=seen.is_emptied
    )
    return _counted(
        session, clinic, RecordedChanges(len(written), len(refused) + len(seen.twice), removed)
    )


def _rows(session: Session, clinic: Clinic, refs: Iterable[str]) -> Mapping[str, QueueRow]:
    found: dict[str, QueueRow] = {}
    for some in batched(list(refs)):
        rows = session.execute(
            select(Lead.ref, QueueRow)
            .join(QueueRow, QueueRow.lead_id == Lead.id)
            .where(unindexed(Lead.clinic) == clinic.key, Lead.ref.in_(some))
            .where(~IS_OUT)  # locked or erased since that look
            .options(contains_eager(QueueRow.lead))
            .with_for_update(of=QueueRow)
        )
        found |= {ref: row for ref, row in rows}  # noqa: C416  (rows are no pairs to mypy)
    return found


def _miss(rows: Iterable[QueueRow], tab: int | None, now: datetime, *, all_at_once: bool) -> int:
    removed = 0
    for row in rows:
        if tab is None or row.tab != tab:
            # It vanished with its tab: staff did not delete it, and “intake sheet restore” brings
            # it back
            if row.missing_since and now - row.missing_since >= GIVEN_UP:
                row.removed_at, removed = now, removed + 1
        elif all_at_once:
            # Nobody deletes the whole list: it was cleared by accident, and counts as gone with its
            # tab
            row.missing_since, row.tab = now, None
            log.warning("row vanished with all others", extra={"lead": row.lead_id})
        elif row.missing_since is None or row.missing_since > now:
            row.missing_since = now
        elif now - row.missing_since >= CUT_AND_PASTE:
            row.removed_at = now
            removed += 1
            log.warning("row removed by staff", extra={"lead": row.lead_id})
    return removed


def _counted(session: Session, clinic: Clinic, counts: RecordedChanges) -> RecordedChanges:
    if counts.conflicts or counts.removed:
        health = health_of(session, clinic.key)
        health.conflicts += counts.conflicts
        health.removed += counts.removed
    return counts
