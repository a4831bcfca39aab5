"""Bring back what vanished with its tab or column: rows through the outbox, exactly once, staff's
words included.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.models import OutboxEntry, Topic
from intake.outbox import enqueue
from intake.sheet.queue.cells import FIELDS, Request, cell
from intake.sheet.queue.columns import STAFF
from intake.sheet.queue.present_rows import present_rows
from intake.sheet.queue.reading import Reading
from intake.sheet.queue.staff_words import words_of, written_again
from intake.sheet.sync.comparison import compare
from intake.sheet.sync.snapshot import Snapshot


def enqueue_lost(
    session: Session,
    clinic: Clinic,
    seen: Mapping[str, object],
    *,
    tab: int,
    now: datetime,
    deleted_too: bool = False,
) -> int:
    """Have every row delivered again that stood in another *tab* than today's and was not *seen*;
    how many there are.

    Rows that staff deleted stay deleted unless they are asked for. One that waits already is not
    asked for twice.
    """
    waiting = set(
        session.scalars(
            select(OutboxEntry.lead_id).where(
                OutboxEntry.topic == Topic.QUEUE_ROW, OutboxEntry.delivered_at.is_(None)
            )
        )
    )
    rows = present_rows(session, clinic).items()
    gone = [row for ref, row in rows if ref not in seen and row.lead_id not in waiting]
    lost = [row for row in gone if (row.tab != tab if row.removed_at is None else deleted_too)]
    for row in lost:
        enqueue(session, Topic.QUEUE_ROW, row.lead_id, now=now)
    return len(lost)


def refill(looked: Snapshot, reading: Reading, sheet_id: int, dates: str) -> list[Request]:
    """Requests that fill staff's columns again that were emptied as a whole: only where a person
    asks for it.
    """
    gone = compare(looked.standing, looked.found).wiped
    wiped = [column for column in STAFF if column.title in gone and column.tag in reading.places]
    return [
        _cell(sheet_id, rows[0].index, reading.places[column.tag], cell(column.key, value, dates))
        for ref, rows in looked.found.items()
        for column in wiped
        if len(rows) == 1
        and (value := written_again(words_of(looked.standing[ref])).get(column.key))
    ]


def _cell(sheet_id: int, row: int, column: int, content: Request) -> Request:
    start = {"sheetId": sheet_id, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": [content]}], "fields": FIELDS}}
