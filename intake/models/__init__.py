"""Every table of the house, without behaviour: one file for each room. The words are those of the design."""

from intake.models.consent import ConsentEvent, ConsentOpening, ConsentRendering, ConsentStatement, Suppression
from intake.models.desk import CallLogEntry, Lease, QueueRow, SheetHealth
from intake.models.installation import InstallationFact
from intake.models.kinds import Basis, Channel, Decision, Purpose, Status, Topic
from intake.models.lead import Lead
from intake.models.ledger import Anchor, Checkpoint, LedgerEntry, LedgerNode, LedgerPosition
from intake.models.outbox import Batch, MailSent, OutboxEntry

__all__ = [
    "Anchor",
    "Basis",
    "Batch",
    "CallLogEntry",
    "Channel",
    "Checkpoint",
    "ConsentEvent",
    "ConsentOpening",
    "ConsentRendering",
    "ConsentStatement",
    "Decision",
    "InstallationFact",
    "Lead",
    "Lease",
    "LedgerEntry",
    "LedgerNode",
    "LedgerPosition",
    "MailSent",
    "OutboxEntry",
    "Purpose",
    "QueueRow",
    "SheetHealth",
    "Status",
    "Suppression",
    "Topic",
]
