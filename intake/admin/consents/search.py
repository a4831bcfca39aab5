"""Find requests by what somebody has of the person: the reference, an address, a number, or a part of the name.

An address is looked up by its keyed hash and a number in its international form, so both are found however they are
typed. A part of a name is looked for in small letters without accents, as the name is kept for that: so "dang" and
"ĐẶNG" find "Đặng".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from intake.contacts import NotAPhone, address_hash, folded, parse_phone
from intake.models import Lead
from intake.reference import read_reference

MOST = 50
SHORTEST_NAME = 2
REFERENCE = "reference"


@dataclass(frozen=True)
class Results:
    """What was found, the newest first; *by* says in words for the access log what it was looked for by."""

    by: str
    leads: Sequence[Lead]
    are_more: bool


def search(
    session: Session, clinic: str, typed: str, *, address_key: bytes, by_reference_only: bool = False
) -> Results:
    """The newest requests of *clinic* that belong to what was *typed*; by the first reading that finds any."""
    found = Results(REFERENCE, (), are_more=False)
    for by, which in _readings(typed.strip(), address_key):
        if by_reference_only and by != REFERENCE:
            break  # seven letters or digits may be a reference that nobody has, and part of a name
        leads = _newest(session, clinic, which)
        found = Results(by, leads[:MOST], len(leads) > MOST)
        if leads:
            break
    return found


def _readings(typed: str, address_key: bytes) -> Iterator[tuple[str, ColumnElement[bool]]]:
    if ref := read_reference(typed):
        yield REFERENCE, Lead.ref == ref
    if "@" in typed:
        yield "email address", Lead.email_hash == address_hash(address_key, typed)
        return
    try:
        yield "phone number", Lead.phone == parse_phone(typed).e164
    except NotAPhone:
        name = folded(typed)
        yield "name", Lead.name_folded.contains(name, autoescape=True) if len(name) >= SHORTEST_NAME else false()


def _newest(session: Session, clinic: str, which: ColumnElement[bool]) -> Sequence[Lead]:
    """Ordered by a sum, so that SQLite looks through the index of names and not through every request, newest first."""
    ids = select(Lead.id).where(Lead.clinic == clinic, which).order_by((Lead.id + 0).desc()).limit(MOST + 1)
    return session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id.desc())).all()
