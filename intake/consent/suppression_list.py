"""The suppression list as a CSV file that other mailing tools import, with the addresses as long as
they are known.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.listed import Listed, listed
from intake.consent.suppression import standing_suppressions
from intake.db import batched
from intake.models import Lead, Suppression

HEADINGS = ("address", "hash", "purpose", "channel", "since")

Spelled = tuple[str | None, str | None, str | None]
"""An address as it is known, its hash, and its former hash where that is another one."""


def write_list(session: Session, clinic: str, out: TextIO) -> int:
    """Write a line for each known spelling of an address, or one without an address; returns how
    many.

    Programs read this file and compare texts, so nothing is put before an address
    (`spreadsheet_text`).
    """
    standing, kept = standing_suppressions(session, clinic), listed(session, clinic)
    known = _known_by_hash(session, clinic, {row.address_hash for row in standing})
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    written = 0
    for row in standing:
        since = row.since.astimezone(UTC).isoformat(timespec="seconds")
        for address in _addresses(row, known[row.address_hash], kept):
            writer.writerow([address, row.address_hash, row.purpose, row.channel, since])
            written += 1
    return written


def _addresses(row: Suppression, known: Iterable[Spelled], kept: Listed) -> Sequence[str]:
    """Return every spelling for which *row* counts; one empty text where none is known."""
    found = {
        email: None
        for email, present, former in known
        if row.address_hash == ((former or present) if row.is_former else present)
        and (not row.is_former or (present, row.channel, row.purpose) not in kept.own)
    }
    return [email or "" for email in found] or [""]


def _known_by_hash(session: Session, clinic: str, hashes: set[str]) -> dict[str, list[Spelled]]:
    known = defaultdict[str, list[Spelled]](list)
    of_clinic = (
        select(Lead.email, Lead.email_hash, Lead.email_hash_former)
        .where(Lead.clinic == clinic, Lead.email.is_not(None))
        .order_by(Lead.id)
    )
    for some in batched(hashes):
        for email, present, former in session.execute(of_clinic.where(Lead.email_hash.in_(some))):
            known[present or ""].append((email, present, former))
    for email, present, former in session.execute(
        of_clinic.where(Lead.email_hash_former.is_not(None))
    ):
        known[former or ""].append((email, present, former))
    return known
