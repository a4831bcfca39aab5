"""One look at the sheet beside what the database knows: whose row each is, and what should stand in
it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from intake.config import Clinic
from intake.db import Database
from intake.models import QueueRow
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.identity import REFERENCE, rows_by_ref
from intake.sheet.queue.present_rows import compose, compose_present, not_present, sharing_phones
from intake.sheet.queue.reading import Reading, SeenRow
from intake.sheet.queue.removal_orders import expected_removed
from intake.sheet.queue.rows import Row
from intake.sheet.sync.comparison import compare
from intake.sheet.sync.drift import drifted


@dataclass(frozen=True)
class Snapshot:
    """What was found, by reference: what the database knows, the rows that were seen, and what each
    should hold.
    """

    standing: Mapping[str, QueueRow]
    found: Mapping[str, Sequence[SeenRow]]
    expected: Mapping[str, Row]
    strays: Mapping[str, Sequence[SeenRow]]
    """Rows that are out (`sheet.queue.removal_orders`) and stand in the sheet all the same."""

    def report(self, reading: Reading, clinic: Clinic) -> Iterator[str]:
        """Yield what is off in the rows, in sentences, without a word of any patient's."""
        seen = compare(self.standing, self.found)
        twice = [ref for ref, rows in self.found.items() if len(rows) > 1]
        cells = drifted(self.found, self.expected, reading, queue_columns(clinic.queue))
        if seen.missing:
            yield (
                f"{len(seen.missing)} rows that were delivered are not there: "
                f"{', '.join(sorted(seen.missing)[:10])}."
            )
        if twice:
            yield (
                f"{len(twice)} rows are there twice: {', '.join(sorted(twice)[:10])}. Delete "
                "one copy of each."
            )
        if self.strays:
            refs = ", ".join(sorted(self.strays)[:10])
            yield (
                f"{len(self.strays)} rows are to leave the sheet and stand there: {refs}; the "
                "relay takes them out."
            )
        if cells:
            columns = ", ".join(sorted({one.column.title for one in cells}))
            yield (
                f"{len(cells)} cells of the pipeline say something else than they should, in "
                f"{columns}."
            )
        for title in seen.wiped:
            yield (
                f"{title} is empty in every row and was not before; “intake sheet restore” "
                "brings it back."
            )


def take_snapshot(
    database: Database, clinic: Clinic, reading: Reading, *, now: datetime
) -> Snapshot:
    """Return what *reading* shows, beside what the database knows now."""
    rows = reading.rows(queue_columns(clinic.queue))
    with database.reading() as session:
        # First: what is recorded in between must not be in neither
        coming = not_present(session, clinic)
        standing, expected = compose_present(session, clinic, now=now)
        unknown = (
            {row.ref for row in rows if REFERENCE.fullmatch(row.ref)} - expected.keys() - coming
        )
        out = expected_removed(session, clinic, unknown)
    # What is out is known by its content, too: a row that merely bears its reference by now is
    # another's
    seen = rows_by_ref(rows, {**out, **expected}, coming)
    found = {ref: rows for ref, rows in seen.items() if ref in expected}
    return Snapshot(
        standing, found, expected, {ref: rows for ref, rows in seen.items() if ref not in expected}
    )


def refresh_snapshot(
    database: Database, clinic: Clinic, looked: Snapshot, changed: Collection[str], *, now: datetime
) -> Snapshot:
    """Return *looked* as it is after the *changed* rows were recorded; what is expected of the
    others stays.
    """
    with database.reading() as session:
        leads = sharing_phones(session, clinic, changed)
        rows = compose(session, clinic, leads.values(), now=now)
    anew = {ref: rows[lead_id] for ref, lead_id in leads.items() if ref in looked.expected}
    return replace(looked, expected={**looked.expected, **anew})
