"""Signed checkpoints of the consent log by mail: the auditor's own mailbox is out of the clinic's reach."""

from dataclasses import dataclass
from hashlib import sha256

from intake.config import Clinic
from intake.hours import dated
from intake.mail.compose import Letter, compose
from intake.mail.deliver import Mailbox
from intake.models import Checkpoint

LANGUAGE = "en"


@dataclass(frozen=True)
class AuditorsMail:
    """A place for anchors."""

    mailbox: Mailbox
    clinic: Clinic

    def put(self, checkpoint: Checkpoint) -> None:
        """Send the checkpoint to the auditor. Raises a `MailError`; a second copy has the same Message-ID."""
        values = {
            "note": checkpoint.note,
            "size": checkpoint.size,
            "signed_at": dated(checkpoint.signed_at, self.clinic, LANGUAGE),
        }
        known_by = sha256(checkpoint.note.encode()).hexdigest()[:32]
        letter = Letter("checkpoint", self.clinic.ledger.auditor_email or "", LANGUAGE, known_by, values)
        self.mailbox.send(compose(letter, self.clinic, now=checkpoint.signed_at).message)
