"""What the front desk's sheet knows and the database does not. The sheet is read, nothing is
written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database, batched
from intake.models import Lead, Purpose
from intake.reference import read_reference
from intake.sheet.queue.columns import queue_columns
from intake.sheet.queue.identity import is_same
from intake.sheet.queue.reading import Reading, SeenRow
from intake.sheet.queue.rows import CONSENT, identity
from intake.sheet.sync.snapshot import take_snapshot

SAID_NO = "withdrawn: "
PURPOSES = {words: purpose for purpose, words in CONSENT.items()}
ENOUGH = 2
"""How many of time, name and number must agree for a row to be the request's whose reference it
bears.
"""


@dataclass(frozen=True)
class SheetKnows:
    """Rows of one look, told apart."""

    tab: int
    known: Mapping[str, SeenRow]
    """The rows of requests that the database has, by reference."""
    arrived: Mapping[str, SeenRow]
    """The known rows that were delivered after the backup: the database would deliver them
    again.
    """
    lost: Sequence[SeenRow]
    """Rows whose request the database has lost, one for each reference."""
    unclear: int
    """Rows that are nobody's and have no reference, or the reference of somebody else."""

    def withdrawn(self) -> Iterator[tuple[str, frozenset[Purpose]]]:
        """Return, by reference, what the column “Email consent” says was withdrawn."""
        for row in [*self.known.values(), *self.lost]:
            said = str(row.values.get("email_consent", "")).partition(SAID_NO)[2]
            purposes = frozenset(PURPOSES[word] for word in said.split(", ") if word in PURPOSES)
            if purposes:
                yield row.ref, purposes


def sheet_knows(
    database: Database, clinic: Clinic, reading: Reading, tab: int, *, now: datetime
) -> SheetKnows:
    """Tell the rows of *reading* apart."""
    rows = reading.rows(queue_columns(clinic.queue))
    looked = take_snapshot(database, clinic, reading, now=now)
    known = {ref: found[0] for ref, found in looked.found.items() if len(found) == 1}
    owned = {
        row.index for found in [*looked.found.values(), *looked.strays.values()] for row in found
    }
    rest = [row for row in rows if row.index not in owned and row.index != 0]
    with database.reading() as session:
        leads = _leads(session, {row.ref for row in rest})
    arrived = {
        row.ref: row for row in rest if row.ref in leads and _is_of(row, leads[row.ref], clinic)
    }
    lost = {
        row.ref: row for row in rest if row.ref not in leads and read_reference(row.ref) == row.ref
    }
    named = arrived.keys() | lost.keys()
    unclear = sum(row.ref not in named for row in rest)
    return SheetKnows(tab, {**known, **arrived}, arrived, list(lost.values()), unclear)


def _leads(session: Session, refs: set[str]) -> dict[str, Lead]:
    found: dict[str, Lead] = {}
    for some in batched(sorted(refs)):
        found |= {
            lead.ref: lead for lead in session.scalars(select(Lead).where(Lead.ref.in_(some)))
        }
    return found


def _is_of(row: SeenRow, lead: Lead, clinic: Clinic) -> bool:
    """Return whether the row is the request's own: one that was made since the restore may, by
    chance, have the reference of a lost one.
    """
    expected = {key: value for key, value in identity(lead, clinic).items() if key != "ref"}
    agree = sum(is_same(value, row.values.get(key, "")) for key, value in expected.items())
    return agree >= min(ENOUGH, len(expected))
