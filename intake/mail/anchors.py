"""Signed checkpoints of the consent log by mail: the auditor's own mailbox is out of the clinic's
reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.hours import dated
from intake.ledger.anchoring import AnchorPlace, newest_after
from intake.ledger.restarts import KIND as RESTART
from intake.mail.compose import Letter, compose
from intake.mail.deliver import Mailbox
from intake.models import (
    Anchor,
    ConsentEvent,
    Decision,
    LedgerEntry,
    LedgerPosition,
    StoredCheckpoint,
)

LANGUAGE = "en"
AT_ONCE = (Decision.WITHDRAWN, Decision.ERASED)
"""What somebody who puts an older database back would undo: the auditor has the proof before
that.
"""


@dataclass(frozen=True)
class AuditorsMail:
    """A place for checkpoints."""

    mailbox: Mailbox
    clinic: Clinic

    @property
    def place(self) -> AnchorPlace:
        """The place and its pace."""
        return AnchorPlace(self.put, self.due)

    def due(
        self, session: Session, last: Anchor | None, now: datetime
    ) -> Sequence[StoredCheckpoint]:
        """Return the newest checkpoint: after each withdrawal, erasure and restart of the log, and
        every so often.
        """
        kept = session.get(StoredCheckpoint, last.checkpoint_id) if last else None
        urgent = kept is not None and is_urgent(session, kept.size)
        pace = timedelta() if urgent else timedelta(hours=self.clinic.ledger.anchor_every_hours)
        return newest_after(session, last, now, pace)

    def put(self, checkpoint: StoredCheckpoint) -> None:
        """Send the checkpoint to the auditor. Raises a `MailError`; a second copy has the same
        Message-ID.
        """
        values = {
            "note": checkpoint.note,
            "size": checkpoint.size,
            "signed_at": dated(checkpoint.signed_at, self.clinic, LANGUAGE),
        }
        known_by = sha256(checkpoint.note.encode()).hexdigest()[:32]
        letter = Letter(
            "checkpoint", self.clinic.ledger.auditor_email or "", LANGUAGE, known_by, values
        )
        self.mailbox.send(compose(letter, self.clinic, now=checkpoint.signed_at).message)


def is_urgent(session: Session, size: int) -> bool:
    """Return whether a withdrawal, an erasure or a restart has its place behind the first *size*
    entries.
    """
    since = LedgerPosition.position >= size
    decided = select(ConsentEvent.id).join(LedgerPosition, LedgerPosition.leaf == ConsentEvent.leaf)
    restarted = select(LedgerEntry.id).join(
        LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id
    )
    return (
        session.scalar(decided.where(since, ConsentEvent.decision.in_(AT_ONCE)).limit(1))
        is not None
        or session.scalar(restarted.where(since, LedgerEntry.kind == RESTART).limit(1)) is not None
    )
