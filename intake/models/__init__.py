"""Every table of the house, without behaviour: one file for each room. The words are those of the design."""

from intake.models.consent import ConsentEvent, ConsentStatement
from intake.models.kinds import Channel, Decision, Purpose, Topic
from intake.models.lead import Lead
from intake.models.outbox import Batch, OutboxEntry

__all__ = [
    "Batch",
    "Channel",
    "ConsentEvent",
    "ConsentStatement",
    "Decision",
    "Lead",
    "OutboxEntry",
    "Purpose",
    "Topic",
]
