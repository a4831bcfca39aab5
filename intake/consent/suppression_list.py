"""The suppression list for other mailing tools: as a file for them to import, and as a filter for their own lists."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from email.utils import parseaddr
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.suppression import standing_suppressions
from intake.contacts import NotAnEmail, address_hash, parse_email
from intake.db import batched
from intake.models import Lead, Purpose
from intake.spreadsheet_text import neutral

HEADINGS = ("address", "hash", "purpose", "channel", "since")
OTHER_SEPARATORS = re.compile("[;\t|]")
"""A spreadsheet set to French writes semicolons into its CSV; an address that is not seen would be mailed."""


def write_list(session: Session, clinic: str, out: TextIO) -> int:
    """Write the list as CSV and return its length; the address is there as long as somebody with it is on record."""
    standing = standing_suppressions(session, clinic)
    known = _addresses(session, clinic, {one.address_hash for one in standing})
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for one in standing:
        since = one.since.astimezone(UTC).isoformat(timespec="seconds")
        row = (known.get(one.address_hash, ""), one.address_hash, one.purpose, one.channel, since)
        writer.writerow([neutral(str(cell)) for cell in row])
    return len(standing)


def not_to_be_mailed(
    session: Session, lines: Iterable[str], *, clinic: str, purpose: Purpose, address_key: bytes
) -> Iterator[str]:
    """Of the addresses in *lines* (one in each, or a CSV file with them), those on the list for *purpose*."""
    refused = {one.address_hash for one in standing_suppressions(session, clinic) if one.purpose is purpose}
    told = set[str]()
    for address in _addresses_in(lines):
        hashed = address_hash(address_key, address)
        if hashed in refused and hashed not in told:
            told.add(hashed)
            yield address


def _addresses_in(lines: Iterable[str]) -> Iterator[str]:
    for row in csv.reader(lines):
        for cell in (part.strip(' "') for columns in row for part in OTHER_SEPARATORS.split(columns)):
            try:
                yield parse_email(parseaddr(cell)[1])
            except NotAnEmail:
                continue


def _addresses(session: Session, clinic: str, hashes: set[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    for some in batched(hashes):
        found = select(Lead.email_hash, Lead.email).where(Lead.clinic == clinic, Lead.email_hash.in_(some))
        known |= {hashed: email for hashed, email in session.execute(found) if hashed and email}
    return known
