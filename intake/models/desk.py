"""The front desk: who owns the sheet, what its rows say, what staff did, and how the sheet is
doing.
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc
from intake.models.kinds import Status, closed
from intake.models.lead import Lead


class Lease(Base):
    """The right to be the only one at something for a short while; it ends by itself when its
    holder dies.
    """

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Utc)


class QueueRow(Base):
    """The lead's row in the sheet: where it was put, what staff wrote there when last seen, what
    follows from it.
    """

    __tablename__ = "queue_row"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_are_counted"),
        Index("ix_queue_row_standing", "removed_at", "tab"),
        Index("ix_queue_row_status", "status"),
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    tab: Mapped[int | None]
    """The id of the tab that it was put into last; None for rows older than this table."""
    status: Mapped[Status] = mapped_column(closed(Status, "known_status"), default=Status.NEW)
    """The status that we hold: only moves that make sense are taken over."""
    status_at: Mapped[datetime] = mapped_column(Utc)
    sheet_status: Mapped[str] = mapped_column(Text, default=Status.NEW.value)
    """The status in the words of the cell."""
    assigned_to: Mapped[str] = mapped_column(Text, default="")
    last_called: Mapped[str] = mapped_column(Text, default="")
    follow_up_on: Mapped[str] = mapped_column(Text, default="")
    follow_up_at: Mapped[datetime | None] = mapped_column(Utc)
    """The beginning of the day that `follow_up_on` names (`sheet.queue.derived_values`); None where
    it names none.
    """
    notes: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    first_called_at: Mapped[datetime | None] = mapped_column(Utc)
    first_call_minutes: Mapped[int | None]
    """Whole minutes of opening time from the request to the first call, by the opening hours of
    then.
    """
    last_attempt_at: Mapped[datetime | None] = mapped_column(Utc)
    is_duplicated: Mapped[bool] = mapped_column(default=False)
    """Staff copied the row: neither copy is read until one is gone."""
    missing_since: Mapped[datetime | None] = mapped_column(Utc)
    removed_at: Mapped[datetime | None] = mapped_column(Utc)
    """Staff deleted it: it stays deleted."""
    taken_out_at: Mapped[datetime | None] = mapped_column(Utc)
    """The clinic took it out of the sheet: locked, erased, or closed since long. What it said is
    kept here.
    """

    lead: Mapped[Lead] = relationship()


class CallLogEntry(Base):
    """One change at the front desk; only ever appended. Staff's words alone may be emptied, when a
    person is erased.
    """

    __tablename__ = "call_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    """When it was seen; the sheet does not tell when it was done."""
    who: Mapped[str] = mapped_column(String(20))
    """The way it came: "sheet" (Google does not say who it was) or "admin"."""
    changed: Mapped[list[str]] = mapped_column(JSON)
    """The columns that changed."""
    transition: Mapped[str | None] = mapped_column(String(40))
    """The name of the move; None when the status did not change or the move was not taken over."""
    status: Mapped[Status] = mapped_column(closed(Status, "known_status"))
    """The status that we hold from here on."""
    is_attempt: Mapped[bool]
    """Somebody rang, or tried to."""
    sheet_status: Mapped[str | None] = mapped_column(Text)
    assigned_to: Mapped[str | None] = mapped_column(Text)
    last_called: Mapped[str | None] = mapped_column(Text)
    follow_up_on: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)


class SheetHealth(Base):
    """How reading one clinic's sheet goes, and what had to be mended in it: one line for each
    clinic.
    """

    __tablename__ = "sheet_health"

    clinic: Mapped[str] = mapped_column(String(31), primary_key=True)
    read_at: Mapped[datetime | None] = mapped_column(Utc)
    """When it was read last."""
    problem: Mapped[str | None] = mapped_column(Text)
    problem_since: Mapped[datetime | None] = mapped_column(Utc)
    spreadsheet: Mapped[str | None] = mapped_column(String(120))
    """The id of the spreadsheet that was read last: tabs of two spreadsheets can have the same
    number.
    """
    alerted_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the clinic's operations address was told of a problem that still stands."""
    repaired: Mapped[int] = mapped_column(default=0)
    """Pipeline cells that were written again: drifted, or behind what is known since (a withdrawal,
    a correction).

    Which of the two is not told apart, as what was written last is not kept.
    """
    conflicts: Mapped[int] = mapped_column(default=0)
    """Moves that were not taken over, and rows that were found twice."""
    removed: Mapped[int] = mapped_column(default=0)
    """Rows that staff deleted."""
