"""The ledger: records as they were hashed, their places in the tree, signed checkpoints and where
those were kept.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc


class LedgerEntry(Base):
    """One record, whatever it tells of; only ever appended (triggers refuse UPDATE, DELETE and
    REPLACE).
    """

    __tablename__ = "ledger_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    """What it tells of: "consent", "statement", "key" …; stands in the record as well."""
    canonical: Mapped[bytes] = mapped_column(LargeBinary)
    """The exact bytes that were hashed (RFC 8785); no personal data, commitments only."""
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(Utc)


class LedgerPosition(Base):
    """The place of a record in the Merkle tree, given when it was sealed; only ever appended."""

    __tablename__ = "ledger_position"
    __table_args__ = (CheckConstraint("position >= 0", name="positions_count_from_zero"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    entry: Mapped[LedgerEntry] = relationship()


class LedgerNode(Base):
    """The root of a complete subtree of 2**level leaves: saves hashing; verification never believes
    it.
    """

    __tablename__ = "ledger_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("idx", primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class StoredCheckpoint(Base):
    """A signed tree head (C2SP tlog-checkpoint); only ever appended."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(index=True)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    """The signed text, as it is anchored."""
    signed_at: Mapped[datetime] = mapped_column(Utc)


class Anchor(Base):
    """A checkpoint that was put where the database's administrator cannot rewrite it."""

    __tablename__ = "anchor"

    id: Mapped[int] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), index=True)
    place: Mapped[str] = mapped_column(String(20))
    """"sheet", "mail" or "file"."""
    anchored_at: Mapped[datetime] = mapped_column(Utc)

    checkpoint: Mapped[StoredCheckpoint] = relationship()
