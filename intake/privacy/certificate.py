"""The certificate of an erasure: what went, what stays and why, and what the clinic cannot reach.
No personal data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.ledger import stamp
from intake.models import Erasure, Lead
from intake.privacy.erase import Ground

GROUNDS = {
    Ground.ASKED: "the person asked for it",
    Ground.RETENTION: "the clinic’s retention policy",
}
COUNTED = {
    "consent_openings": "sets of values that the person entered, beside consent events",
    "calls": "entries of the call log with words of staff",
    "queue_rows": "rows of the queue with words of staff",
    "corrections": "corrections",
    "access_reasons": "reasons in the access log",
    "problems": "notes on what was sent",
    "mails_stopped": "mails that waited",
    "sheet_rows": "rows to be taken out of the sheet",
}


@dataclass(frozen=True)
class Certificate:
    """What a certificate says."""

    uid: str
    ref: str
    clinic: str
    erased_at: datetime
    by: str
    ground: str
    emptied: tuple[tuple[str, int], ...]
    leaf: str
    stays: tuple[str, ...]
    residue: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the certificate for machines."""
        return {
            "certificate": self.uid,
            "request": self.ref,
            "clinic": self.clinic,
            "erased_at": stamp(self.erased_at),
            "by": self.by,
            "ground": self.ground,
            "emptied": dict(self.emptied),
            "leaf": self.leaf,
            "stays": list(self.stays),
            "residue": list(self.residue),
        }

    def as_text(self) -> str:
        """Return the certificate for a terminal."""
        lines = [
            f"Certificate of erasure {self.uid}",
            f"Request {self.ref} of {self.clinic}",
            f"Erased {self.erased_at:%Y-%m-%d %H:%M} by {self.by}, because {self.ground}",
            f"Leaf in the consent log: {self.leaf}",
            "",
            "Emptied or deleted:",
            *(f"  {what}: {count}" for what, count in self.emptied if count),
            "Stays:",
            *(f"  {line}" for line in self.stays),
            "Out of reach:",
            *(f"  {line}" for line in self.residue),
        ]
        return "\n".join(lines)


def certificate_of(erasure: Erasure, clinic: Clinic) -> Certificate:
    """Return the certificate of *erasure* as the clinic of today gives it."""
    days = clinic.retention.backup_days
    return Certificate(
        uid=erasure.uid,
        ref=erasure.ref,
        clinic=clinic.legal_name,
        erased_at=erasure.erased_at.astimezone(clinic.time_zone),
        by=erasure.by,
        ground=GROUNDS[Ground(erasure.ground)],
        emptied=(
            ("request with the person’s answers", 1),
            *((words, erasure.counts.get(name, 0)) for name, words in COUNTED.items()),
        ),
        leaf=erasure.leaf.hex(),
        stays=(
            "the consent log under the reference, without anything that says who it was",
            "a keyed hash of the address on the suppression list, if the person wanted no mail",
            (
                "reference, times and status, for the clinic’s figures; the access log without "
                "its reasons"
            ),
        ),
        residue=(
            f"backups that the clinic made before; it keeps them for {days} days",
            "the version history of the front desk’s sheet at Google, as long as Google keeps it",
            "mails that were sent, in mailboxes; notes and prints that staff made elsewhere",
            "PostgreSQL: its write-ahead log and archives of it, until they are recycled",
        ),
    )


def certificate(session: Session, lead: Lead, clinic: Clinic) -> Certificate | None:
    """Return the certificate of *lead*; None when nobody erased it."""
    found = session.scalars(select(Erasure).where(Erasure.lead_id == lead.id)).first()
    return certificate_of(found, clinic) if found else None


def recent_erasures(session: Session, clinic: Clinic, limit: int = 20) -> Sequence[Erasure]:
    """Return the newest first."""
    return session.scalars(
        select(Erasure)
        .join(Lead, Lead.id == Erasure.lead_id)
        .where(Lead.clinic == clinic.key)
        .order_by(Erasure.id.desc())
        .limit(limit)
    ).all()
