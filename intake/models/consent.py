"""Consent: the words that were shown, and what was answered."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc
from intake.models.kinds import Basis, Channel, Decision, Purpose, closed, growing
from intake.models.lead import Lead


class ConsentStatement(Base):
    """The words of one request for consent in one language; immutable once published (a trigger
    sees to it).
    """

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
    basis: Mapped[Basis] = mapped_column(growing(Basis), server_default=Basis.EXPRESS.value)
    """Express where a box is ticked; implied where submitting the form is taken for agreement."""
    published_at: Mapped[datetime] = mapped_column(Utc)


class ConsentRendering(Base):
    """The consent block as it was on screen, once for each set of statements; immutable."""

    __tablename__ = "consent_rendering"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    language: Mapped[str] = mapped_column(String(2))
    statements: Mapped[str] = mapped_column(String(200), index=True)
    """The ids of the statements that it shows, in their order: "3,5,7"."""
    html: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Utc)


class ConsentEvent(Base):
    """One answer to one statement; only ever appended (triggers refuse UPDATE, DELETE and
    REPLACE).
    """

    __tablename__ = "consent_event"
    __table_args__ = (
        CheckConstraint(
            "decision IN ('exported', 'erased') OR (statement_id IS NOT NULL AND statement_version "
            "IS NOT NULL AND statement_sha256 IS NOT NULL AND language IS NOT NULL AND purpose IS "
            "NOT NULL AND channel IS NOT NULL)",
            name="says_which_words",
        ),
        Index("ix_consent_event_decided", "decision", "statement_id", "recorded_at", "lead_id"),
        Index("ix_consent_event_of_lead", "lead_id", "decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("consent_statement.id"))
    statement_version: Mapped[int | None]
    statement_sha256: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(2))
    purpose: Mapped[Purpose | None] = mapped_column(closed(Purpose, "known_purpose"))
    channel: Mapped[Channel | None] = mapped_column(growing(Channel))
    decision: Mapped[Decision] = mapped_column(closed(Decision, "known_decision"))
    basis: Mapped[Basis] = mapped_column(growing(Basis), server_default=Basis.EXPRESS.value)
    method: Mapped[str] = mapped_column(String(40))
    """How it was expressed, e.g. "checkbox", "button", "one-click", "phone"."""
    control: Mapped[str] = mapped_column(String(20), server_default="checkbox")
    default_state: Mapped[str] = mapped_column(String(20), server_default="unticked")
    """What the control said before anybody touched it."""
    source: Mapped[str] = mapped_column(String(20), server_default="form")
    """The way it came: "form", "page", "mail", "staff" or "system"."""
    rendering_sha256: Mapped[str | None] = mapped_column(String(64))
    """The block that was on screen (`ConsentRendering`)."""
    page: Mapped[str] = mapped_column(String(200))
    """The path of the page that asked; never a query string."""
    release: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Utc)
    recorded_at: Mapped[datetime] = mapped_column(Utc)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """The hash of its record in the ledger (`LedgerEntry.leaf`); the answers of one form share
    it.
    """

    lead: Mapped[Lead] = relationship(back_populates="consent_events")
    statement: Mapped[ConsentStatement | None] = relationship()
    opening: Mapped["ConsentOpening | None"] = relationship(
        primaryjoin="foreign(ConsentEvent.leaf) == ConsentOpening.leaf", viewonly=True
    )


class ConsentOpening(Base):
    """The personal values behind a record's commitments. Not evidence by itself; deleted when a
    person is erased.
    """

    __tablename__ = "consent_opening"

    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """The hash of the record (`ConsentEvent.leaf`)."""
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    """The values by field: name, phone, email, network (coarse), network_hash (keyed, of the full
    address), browser, reason.
    """


class Suppression(Base):
    """An address that must not be mailed for a purpose: a keyed hash, which outlives the person's
    erasure.
    """

    __tablename__ = "suppression"
    __table_args__ = (
        UniqueConstraint("clinic", "address_hash", "channel", "purpose", "is_former"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    address_hash: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = mapped_column(growing(Channel))
    purpose: Mapped[Purpose] = mapped_column(closed(Purpose, "known_purpose"))
    since: Mapped[datetime] = mapped_column(Utc)
    lifted_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the same person agreed again, by an event of its own; the withdrawal stays in the
    log.
    """
    is_former: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Hashed by a former release: the address may be any that full case folding makes the same."""
