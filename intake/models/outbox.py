"""The outbox: what is to be done outside, and the deliveries that were begun."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc
from intake.models.kinds import Topic, growing
from intake.models.lead import Lead

NO_GROUND = text("trim(ground) = ''")
IN_BATCH = text("batch_id IS NOT NULL")
"""Selects mails that must not be: the index of these is empty, and so shows at once that there are
none.
"""


class Batch(Base):
    """A delivery that was begun: its mark is committed here before anything is sent."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("mark > 0 AND mark < 2147483648", name="mark_is_31_bits"),
        Index("ix_batch_open", "topic", "delivered_at"),
        Index("ix_batch_marked", "topic", "mark_removed_at", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(growing(Topic))
    mark: Mapped[int] = mapped_column(unique=True)
    begun_at: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Utc)
    """Not to be tried before."""
    problem: Mapped[str | None] = mapped_column(Text)
    """What the last attempt met and what to do about it, in a sentence for people."""
    tab: Mapped[int | None]
    """The id of the tab that it is sent to, known before it is sent."""
    delivered_at: Mapped[datetime | None] = mapped_column(Utc)
    mark_removed_at: Mapped[datetime | None] = mapped_column(Utc)


class OutboxEntry(Base):
    """Something to be done outside after the commit: a reference, never a copy."""

    __tablename__ = "outbox_entry"
    __table_args__ = (
        Index("ix_outbox_entry_due", "topic", "delivered_at", "batch_id", "due_at"),
        Index(
            "ix_outbox_entry_batch_id", "batch_id", sqlite_where=IN_BATCH, postgresql_where=IN_BATCH
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(growing(Topic))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    """When it became necessary; stays as it is, however often the entry is put off."""
    due_at: Mapped[datetime] = mapped_column(Utc)
    """Not to be tried before."""
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    delivered_at: Mapped[datetime | None] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    """Tries of what is sent one by one; a batch counts its own."""
    begun_at: Mapped[datetime | None] = mapped_column(Utc)
    """When it was handed to the mail server last, committed before that was done."""
    problem: Mapped[str | None] = mapped_column(Text)

    lead: Mapped[Lead] = relationship()


class MailSent(Base):
    """A mail that the server took, and on which ground it might go out (CASL s. 6, 10): none goes
    without one.
    """

    __tablename__ = "mail_sent"
    __table_args__ = (
        Index(
            "ix_mail_sent_without_ground",
            "lead_id",
            sqlite_where=NO_GROUND,
            postgresql_where=NO_GROUND,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("outbox_entry.id"), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    message: Mapped[str] = mapped_column(String(20))
    """Which message: the topic of the entry."""
    message_class: Mapped[str] = mapped_column(String(20))
    """The class of message in the law (`consent.may_send.MessageClass`)."""
    ground: Mapped[str] = mapped_column(Text)
    """The exemption or the consent that it rests on, in words."""
    consent_event_id: Mapped[int | None] = mapped_column(ForeignKey("consent_event.id"))
    template_sha256: Mapped[str] = mapped_column(String(64))
    message_id: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime] = mapped_column(Utc)
