"""Every table of the house, without behaviour: one file for each room. The words are those of the
design.
"""

from intake.models.consent import (
    ConsentEvent,
    ConsentOpening,
    ConsentRendering,
    ConsentStatement,
    Suppression,
)
from intake.models.desk import CallLogEntry, Lease, QueueRow, SheetHealth
from intake.models.installation import InstallationFact, WriteProbe
from intake.models.kinds import Act, Basis, Channel, Decision, Purpose, Role, Status, Topic
from intake.models.lead import Lead
from intake.models.ledger import Anchor, LedgerEntry, LedgerNode, LedgerPosition, StoredCheckpoint
from intake.models.limits import RateCounter
from intake.models.outbox import Batch, MailSent, OutboxEntry
from intake.models.privacy import Breach, Correction, Erasure, RetentionRun
from intake.models.staff import (
    AccessLogEntry,
    AccessSubject,
    SignInAttempt,
    StaffMember,
    StaffPasskey,
    StaffSession,
)

__all__ = [
    "AccessLogEntry",
    "AccessSubject",
    "Act",
    "Anchor",
    "Basis",
    "Batch",
    "Breach",
    "CallLogEntry",
    "Channel",
    "ConsentEvent",
    "ConsentOpening",
    "ConsentRendering",
    "ConsentStatement",
    "Correction",
    "Decision",
    "Erasure",
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
    "RateCounter",
    "RetentionRun",
    "Role",
    "SheetHealth",
    "SignInAttempt",
    "StaffMember",
    "StaffPasskey",
    "StaffSession",
    "Status",
    "StoredCheckpoint",
    "Suppression",
    "Topic",
    "WriteProbe",
]
