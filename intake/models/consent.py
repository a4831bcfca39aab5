"""Consent: the words that were shown, and what was answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc
from intake.models.kinds import Channel, Decision, Purpose, closed, growing
from intake.models.lead import Lead


class ConsentStatement(Base):
    """The words of one request for consent in one language; immutable once published (a trigger sees to it)."""

    __tablename__ = "consent_statement"
    __table_args__ = (UniqueConstraint("clinic", "purpose", "channel", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    purpose: Mapped[Purpose] = mapped_column(closed(Purpose, "known_purpose"))
    channel: Mapped[Channel] = mapped_column(growing(Channel))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int]
    box: Mapped[str] = mapped_column(Text)
    """The words beside the box."""
    hint: Mapped[str] = mapped_column(Text)
    notice: Mapped[str] = mapped_column(Text)
    """Who asks and how to withdraw: shown once above the boxes that share it."""
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Utc)


class ConsentEvent(Base):
    """One answer to one statement; only ever appended (triggers refuse UPDATE, DELETE and REPLACE)."""

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint(
            "decision IN ('exported', 'erased') OR (statement_id IS NOT NULL AND statement_version IS NOT NULL AND "
            "statement_sha256 IS NOT NULL AND language IS NOT NULL AND purpose IS NOT NULL AND channel IS NOT NULL)",
            name="says_which_words",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("consent_statement.id"))
    statement_version: Mapped[int | None]
    statement_sha256: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(2))
    purpose: Mapped[Purpose | None] = mapped_column(closed(Purpose, "known_purpose"))
    channel: Mapped[Channel | None] = mapped_column(growing(Channel))
    decision: Mapped[Decision] = mapped_column(closed(Decision, "known_decision"))
    method: Mapped[str] = mapped_column(String(40))
    """How it was expressed, e.g. "checkbox, unticked by default"."""
    page: Mapped[str] = mapped_column(String(200))
    """The path of the page that asked; never a query string."""
    release: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Utc)
    recorded_at: Mapped[datetime] = mapped_column(Utc)
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    """The exact bytes that were hashed (RFC 8785); no personal data, commitments only."""
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    lead: Mapped[Lead] = relationship(back_populates="consent_events")
    statement: Mapped[ConsentStatement | None] = relationship()
