"""The access log to look through: newest first, a page at a time, by who, what, when and whose.

Pages go by the number of the last line (not by counting lines off), so that the last page is as
quick as the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from intake.admin.exports.stream import Row
from intake.config import Clinic
from intake.db import Database
from intake.ledger import stamp
from intake.models import AccessLogEntry, AccessSubject, Act, Lead, StaffMember
from intake.staff.actor import COMMAND_LINE

SHOWN = 50
FEW = 5
MANY = 1000
"""So many are counted for the page; a file names every one."""
AT_ONCE = 500
MACHINE = 0
"""In place of a staff member's number: whoever works at the command line."""
HEADINGS = ("id", "at", "who", "role", "act", "what", "requests", "reason", "endpoint", "leaf")


@dataclass(frozen=True)
class Sought:
    """Which lines; nothing in it is personal, so that it may stand in an address."""

    staff: int | None = None
    act: Act | None = None
    start: date | None = None
    end: date | None = None
    ref: str | None = None

    def as_query(self) -> dict[str, str]:
        """Return the address's query that stands for it."""
        given = {
            "staff": self.staff,
            "act": self.act,
            "start": self.start,
            "end": self.end,
            "ref": self.ref,
        }
        return {name: str(value) for name, value in given.items() if value is not None}


@dataclass(frozen=True)
class AccessLine:
    """One access: the first few of the requests that it was to, and how many in all, as far as they
    are counted.
    """

    entry: AccessLogEntry
    refs: Sequence[str]
    count: int

    @property
    def more(self) -> str:
        """Return how many others it was to, in words; "" for none."""
        others = self.count - len(self.refs)
        return f"{others:,} more" + (" at least" if self.count == MANY else "") if others else ""


def lines(
    session: Session,
    clinic: Clinic,
    sought: Sought,
    *,
    before: int | None = None,
    limit: int = SHOWN,
) -> list[AccessLine]:
    """Return the newest lines that are sought, up to *limit*, of those before the line of that
    number.
    """
    which = [*_which(clinic, sought), *([AccessLogEntry.id < before] if before else [])]
    entries = session.scalars(
        select(AccessLogEntry).where(*which).order_by(AccessLogEntry.id.desc()).limit(limit)
    ).all()
    return [AccessLine(entry, *_whose(session, entry.id)) for entry in entries]


def staff_of(session: Session, clinic: str) -> list[tuple[int, str]]:
    """Return who may stand in the log, by number and name."""
    rows = session.execute(
        select(StaffMember.id, StaffMember.email)
        .where(StaffMember.clinic == clinic)
        .order_by(StaffMember.email)
    )
    return [(MACHINE, COMMAND_LINE.called), *((number, email) for number, email in rows)]


def access_rows(database: Database, clinic: Clinic, sought: Sought) -> Iterator[Row]:
    """Yield every line that is sought, the newest first, read in portions; with all requests that
    each was to.
    """
    before: int | None = None
    while True:
        with database.reading() as session:
            found = lines(session, clinic, sought, before=before, limit=AT_ONCE)
            rows = [_row(session, line) for line in found]
        yield from rows
        if len(found) < AT_ONCE:
            return
        before = found[-1].entry.id


def _row(session: Session, line: AccessLine) -> Row:
    entry, refs = line.entry, line.refs
    if line.count > len(refs):
        whose = select(Lead.ref).join(AccessSubject).where(AccessSubject.entry_id == entry.id)
        refs = session.scalars(whose.order_by(Lead.id)).all()
    return {
        "id": entry.uid,
        "at": stamp(entry.at),
        "who": entry.actor,
        "role": entry.role,
        "act": entry.act,
        "what": entry.what,
        "requests": " ".join(refs),
        "reason": entry.reason,
        "endpoint": entry.endpoint,
        "leaf": entry.leaf.hex(),
    }


def _which(clinic: Clinic, sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield AccessLogEntry.clinic == clinic.key
    if sought.staff is not None:
        yield (
            AccessLogEntry.staff_id.is_(None)
            if sought.staff == MACHINE
            else AccessLogEntry.staff_id == sought.staff
        )
    if sought.act is not None:
        yield AccessLogEntry.act == sought.act
    if sought.start is not None:
        yield AccessLogEntry.at >= _midnight(clinic, sought.start)
    if sought.end is not None:
        yield AccessLogEntry.at < _midnight(clinic, sought.end + timedelta(days=1))
    if sought.ref is not None:
        lead = (
            select(Lead.id)
            .where(Lead.clinic == clinic.key, Lead.ref == sought.ref)
            .scalar_subquery()
        )
        yield AccessLogEntry.id.in_(
            select(AccessSubject.entry_id).where(AccessSubject.lead_id == lead)
        )


def _midnight(clinic: Clinic, day: date) -> datetime:
    return datetime.combine(day, time(), clinic.time_zone)


def _whose(session: Session, entry_id: int) -> tuple[Sequence[str], int]:
    """Return the first few references of a line, and how many there are up to `MANY`: an export may
    be of everybody.
    """
    ids = session.scalars(
        select(AccessSubject.lead_id)
        .where(AccessSubject.entry_id == entry_id)
        .order_by(AccessSubject.lead_id)
        .limit(MANY)
    ).all()
    return session.scalars(
        select(Lead.ref).where(Lead.id.in_(ids[:FEW])).order_by(Lead.id)
    ).all(), len(ids)
