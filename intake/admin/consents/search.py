"""Find requests by what somebody has of the person: the reference, an address, a number, or a part of the name.

An address is looked up by its keyed hash and a number in its international form, so both are found however they are
typed. A name is compared by the engine, which knows upper and lower case of the letters A to Z only (SQLite); any other
letter of what was typed matches any one letter there, and what comes back is compared again here, with the case rules
of Unicode. So "ĐẶNG" finds "Đặng"; "Dang" does not: accents count.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from intake.contacts import NotAPhone, address_hash, parse_phone
from intake.models import Lead
from intake.reference import read_reference

MOST = 50
SHORTEST_NAME = 2
AT_ONCE = 500


@dataclass(frozen=True)
class Results:
    """What was found, the newest first; *by* says in words for the access log what it was looked for by."""

    by: str
    leads: Sequence[Lead]
    are_more: bool


def search(session: Session, clinic: str, typed: str, *, address_key: bytes) -> Results:
    """The newest requests of *clinic* that belong to what was *typed*; the first way of reading it that finds any."""
    by, leads = "name", list[Lead]()
    for by, which in _readings(typed.strip(), address_key):
        leads = list(islice(_matching(session, clinic, which, typed if by == "name" else ""), MOST + 1))
        if leads:
            break
    return Results(by, leads[:MOST], len(leads) > MOST)


def _readings(typed: str, address_key: bytes) -> Iterator[tuple[str, ColumnElement[bool]]]:
    if ref := read_reference(typed):
        yield "reference", Lead.ref == ref
    if "@" in typed:
        yield "email address", Lead.email_hash == address_hash(address_key, typed)
        return
    try:
        yield "phone number", Lead.phone == parse_phone(typed).e164
    except NotAPhone:
        yield "name", Lead.name.ilike(_pattern(typed), escape="\\")


def _matching(session: Session, clinic: str, which: ColumnElement[bool], name: str) -> Iterator[Lead]:
    """A name, newest first, is compared in portions, because few of what the pattern finds may be meant."""
    wanted = _folded(name.strip())
    rows = session.execute(
        select(Lead.id, Lead.name)
        .where(Lead.clinic == clinic, which)
        .order_by(Lead.id.desc())
        .limit(MOST + 1 if name.isascii() else None)
        .execution_options(yield_per=AT_ONCE)
    )
    ids = list(islice((lead_id for lead_id, found in rows if wanted in _folded(found)), MOST + 1))
    return iter(session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id.desc())))


def _pattern(name: str) -> str:
    letters = re.sub(r"([\\%_])", r"\\\1", unicodedata.normalize("NFC", name))
    return f"%{''.join(letter if letter.isascii() else '_' for letter in letters)}%"


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
