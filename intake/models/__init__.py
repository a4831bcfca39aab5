"""Every table of the house, without behaviour: one file for each room. The words are those of the design."""

from intake.models.consent import ConsentEvent, ConsentStatement
from intake.models.desk import CallLogEntry, Lease, QueueRow, SheetHealth
from intake.models.kinds import Channel, Decision, Purpose, Status, Topic
from intake.models.lead import Lead
from intake.models.outbox import Batch, OutboxEntry

__all__ = [
    "Batch",
    "CallLogEntry",
    "Channel",
    "ConsentEvent",
    "ConsentStatement",
    "Decision",
    "Lead",
    "Lease",
    "OutboxEntry",
    "Purpose",
    "QueueRow",
    "SheetHealth",
    "Status",
    "Topic",
]
