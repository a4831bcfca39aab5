"""Find requests by what somebody has of the person: the reference, an address, a number, or a part
of the name.

Each is brought into its canonical form before it is compared: an address into the hash of its
mailbox, a number into the international form, a part of a name into small letters without accents,
punctuation and spaces, as the name is kept for that. So "dang" and "ĐẶNG" find "Đặng", and "obrien"
finds "O’Brien".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex
from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

from intake.contacts import NotAPhone, address_hash, folded, parse_phone
from intake.db import unindexed
from intake.models import Lead
from intake.reference import read_reference

MOST = 50
SHORTEST_NAME = 2
WHOLE_SYLLABLE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Yi}]")
REFERENCE = "reference"


@dataclass(frozen=True)
class Results:
    """What was found, the newest first; *by* says in words for the access log what it was looked
    for by.
    """

    by: str
    leads: Sequence[Lead]
    are_more: bool


def search(
    session: Session,
    clinic: str,
    typed: str,
    *,
    address_key: bytes,
    by_reference_only: bool = False,
) -> Results:
    """Return the newest requests of *clinic* that belong to what was *typed*; by the first reading
    that finds any.
    """
    found = Results(REFERENCE, (), are_more=False)
    for by, which in _readings(typed.strip(), clinic, address_key):
        if by_reference_only and by != REFERENCE:
            break  # seven letters or digits may be a reference that nobody has, and part of a name
        leads = _newest(session, which)
        found = Results(by, leads[:MOST], len(leads) > MOST)
        if leads:
            break
    return found


def is_enough(name: str) -> bool:
    """Return whether so much of a name is worth a search: a single letter is where it stands for a
    syllable or a word.
    """
    return len(folded(name)) >= SHORTEST_NAME or bool(WHOLE_SYLLABLE.search(folded(name)))


def _readings(
    typed: str, clinic: str, address_key: bytes
) -> Iterator[tuple[str, ColumnElement[bool]]]:
    ours = unindexed(Lead.clinic) == clinic
    if ref := read_reference(typed):
        yield REFERENCE, and_(ours, Lead.ref == ref)
    if "@" in typed:
        yield "email address", and_(ours, Lead.email_hash == address_hash(address_key, typed))
        return
    try:
        yield "phone number", and_(ours, Lead.phone == parse_phone(typed).e164)
    except NotAPhone:
        name = folded(typed)
        has_name = Lead.name_folded.contains(name, autoescape=True) if is_enough(typed) else false()
        # A part of it is looked for in the clinic's index
        yield (
            "name",
            and_(Lead.clinic == clinic, has_name),
        )


def _newest(session: Session, which: ColumnElement[bool]) -> Sequence[Lead]:
    """Ordered by a sum, so that SQLite looks through an index and not through every request, newest
    first.
    """
    ids = select(Lead.id).where(which).order_by((Lead.id + 0).desc()).limit(MOST + 1)
    return session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id.desc())).all()
