"""The contract of the queue tab: which columns there are, in which order, and who owns each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from intake.config import QueueConfig
from intake.sheet.errors import SheetNotSetUp

COLUMN_KEY = "intake.column"
"""The key of the developer metadata that binds a column; its value is the column's tag."""


class Owner(StrEnum):
    """Who may write a column: the pipeline or the staff, never both."""

    PIPELINE = "pipeline"
    STAFF = "staff"


@dataclass(frozen=True)
class Column:
    """One column: *key* binds it for good (its developer metadata), *title* is the header that
    staff may rename.
    """

    key: str
    title: str
    owner: Owner
    width: int  # pixels

    @property
    def tag(self) -> str:
        """The value of the column's developer metadata."""
        return f"{self.owner}:{self.key}"


def _columns(owner: Owner, *columns: tuple[str, str, int]) -> tuple[Column, ...]:
    return tuple(Column(key, title, owner, width) for key, title, width in columns)


PIPELINE = _columns(
    Owner.PIPELINE,
    ("ref", "Ref", 105),
    ("received", "Received", 150),
    ("call_by", "Call by", 150),
    ("name", "Name", 180),
    ("phone", "Phone", 200),
    ("consult_with", "Consult with", 130),
    ("consult_by", "Consult by", 130),
    ("best_time", "Best time", 110),
    ("language", "Language", 90),
    ("voicemail_ok", "Voicemail OK", 110),
    ("email_consent", "Email consent", 170),
    ("alert", "Alert", 250),
)
STAFF = _columns(
    Owner.STAFF,
    ("status", "Status", 160),
    ("assigned_to", "Assigned to", 130),
    ("last_called", "Last called", 130),
    ("follow_up_on", "Follow up on", 130),
    ("notes", "Notes", 320),
)
EXTRA = _columns(
    Owner.PIPELINE,
    ("email", "Email", 220),
    ("services", "Services", 220),
    ("body_areas", "What hurts", 220),
    ("what_hurts", "In their words", 320),
)


def queue_columns(queue: QueueConfig) -> tuple[Column, ...]:
    """Return the columns in their order. Email and health details stand at the right end, and only
    if the clinic asks.
    """
    return PIPELINE + STAFF + tuple(column for column in EXTRA if column.key in queue.extra_columns)


@dataclass(frozen=True)
class Layout:
    """The queue tab as it stands: its id, and each bound column's index by tag
    ("pipeline:phone").
    """

    sheet_id: int
    places: Mapping[str, int]
    marked: int | None = None
    """The index of the row that is marked as the header (`sheet.queue.header`); None where none is,
    as in older sheets.
    """

    @property
    def first_row(self) -> int:
        """The index of the row under the header."""
        return (self.marked or 0) + 1

    def indexes(self, columns: Sequence[Column]) -> dict[str, int]:
        """Return the index of each column by key. A column of the staff that they deleted is left
        out; one of ours is missed.

        Raises `SheetNotSetUp`, which names the missing ones.
        """
        there = [column for column in columns if column.tag in self.places]
        missing = [
            one.title
            for one in columns
            if one.owner is Owner.PIPELINE and one.tag not in self.places
        ]
        if missing:
            raise SheetNotSetUp(
                f"The queue lacks {', '.join(missing)}; run “intake sheet setup” to add "
                "what is missing."
            )
        return {column.key: self.places[column.tag] for column in there}
