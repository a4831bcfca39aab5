"""Every table of the house, without behaviour. The words are those of the design."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc


class Purpose(StrEnum):
    """What a person can agree to receive by email, each by itself (CASL s. 10(1)(a))."""

    REMINDERS = "reminders"
    CARE = "care"
    NEWS = "news"


class Channel(StrEnum):
    """By what means; an agreement to email says nothing about text messages (CASL s. 1(1))."""

    EMAIL = "email"


class Decision(StrEnum):
    """What happened to an agreement. A box left empty is an answer too: REFUSED.

    The whole vocabulary stands here from the first migration: a check constraint holds it, and an append-only
    table is not rebuilt to widen one. GIVEN, REFUSED and WITHDRAWN are in use.
    """

    SHOWN = "shown"
    GIVEN = "given"
    REFUSED = "refused"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    VERIFIED = "verified"
    SUPERSEDED = "superseded"
    INVALIDATED = "invalidated"
    EXPORTED = "exported"
    ERASED = "erased"


class Topic(StrEnum):
    """What an outbox entry asks for."""

    QUEUE_ROW = "queue_row"


def _closed(kind: type[StrEnum], name: str) -> Enum:
    """A closed set as text with a check constraint: readable in the database, the same on both engines."""
    values = [member.value for member in kind]
    return Enum(kind, name=name, native_enum=False, create_constraint=True, length=20, values_callable=lambda _: values)


def _open(kind: type[StrEnum]) -> Enum:
    """A set that grows with the house: text without a constraint."""
    values = [member.value for member in kind]
    return Enum(kind, native_enum=False, create_constraint=False, length=20, values_callable=lambda _: values)


class Lead(Base):
    """A request for a call, as the patient made it."""

    __tablename__ = "lead"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31), index=True)
    ref: Mapped[str] = mapped_column(String(8), unique=True)
    """What the patient reads over the phone; column A of the sheet."""
    token: Mapped[str] = mapped_column(String(43), unique=True)
    """256 random bits: the address of the confirmation page."""
    submission: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Digest of the form's nonce and the answers: a double click finds the first lead by it."""
    received_at: Mapped[datetime] = mapped_column(Utc)
    call_by: Mapped[datetime] = mapped_column(Utc)
    """The promise as it was made; later changes of the opening hours do not move it."""
    form_language: Mapped[str] = mapped_column(String(2))

    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(16), index=True)
    phone_extension: Mapped[str] = mapped_column(String(20))
    phone_typed: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    consult_with: Mapped[str | None] = mapped_column(String(31))
    consult_by: Mapped[str | None] = mapped_column(String(31))
    best_time: Mapped[str | None] = mapped_column(String(31))
    call_language: Mapped[str] = mapped_column(String(2))
    voicemail_ok: Mapped[bool]
    services: Mapped[list[str]] = mapped_column(JSON)
    body_areas: Mapped[list[str]] = mapped_column(JSON)
    what_hurts: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Key of the commitments in this person's consent events; erasing it unlinks them for good."""

    consent_events: Mapped[list["ConsentEvent"]] = relationship(back_populates="lead", order_by="ConsentEvent.id")


class ConsentStatement(Base):
    """The words of one request for consent in one language; immutable once published (a trigger sees to it)."""

    __tablename__ = "consent_statement"
    __table_args__ = (UniqueConstraint("clinic", "purpose", "channel", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    purpose: Mapped[Purpose] = mapped_column(_closed(Purpose, "known_purpose"))
    channel: Mapped[Channel] = mapped_column(_open(Channel))
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
    purpose: Mapped[Purpose | None] = mapped_column(_closed(Purpose, "known_purpose"))
    channel: Mapped[Channel | None] = mapped_column(_open(Channel))
    decision: Mapped[Decision] = mapped_column(_closed(Decision, "known_decision"))
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


class Batch(Base):
    """A delivery that was begun: its mark is committed here before anything is sent."""

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("mark > 0 AND mark < 2147483648", name="mark_is_31_bits"),
        Index("ix_batch_open", "topic", "delivered_at"),
        Index("ix_batch_marked", "topic", "mark_removed_at", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(_open(Topic))
    mark: Mapped[int] = mapped_column(unique=True)
    begun_at: Mapped[datetime] = mapped_column(Utc)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Utc)
    """Not to be tried before."""
    problem: Mapped[str | None] = mapped_column(Text)
    """What the last attempt met and what to do about it, in a sentence for people."""
    delivered_at: Mapped[datetime | None] = mapped_column(Utc)
    mark_removed_at: Mapped[datetime | None] = mapped_column(Utc)


class OutboxEntry(Base):
    """Something to be done outside after the commit: a reference, never a copy."""

    __tablename__ = "outbox_entry"
    __table_args__ = (Index("ix_outbox_entry_due", "topic", "delivered_at", "batch_id", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(_open(Topic))
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(Utc)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"), index=True)
    delivered_at: Mapped[datetime | None] = mapped_column(Utc)

    lead: Mapped[Lead] = relationship()
