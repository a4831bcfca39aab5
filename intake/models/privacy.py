"""Privacy operations: corrections, erasures, runs of the retention rule, breaches."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from intake.db import Base, Utc


class Correction(Base):
    """A field of a lead that was corrected at the person's request, with what stood there
    before.
    """

    __tablename__ = "correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(254))
    field: Mapped[str] = mapped_column(String(31))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    """Both go when the person is erased."""
    reason: Mapped[str] = mapped_column(Text)


class Erasure(Base):
    """That a person was erased: the certificate. Holds nothing personal; only ever appended."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), unique=True)
    ref: Mapped[str] = mapped_column(String(8))
    erased_at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(254))
    ground: Mapped[str] = mapped_column(String(40))
    """"asked" by the person, or "retention"."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """Rows that were emptied or removed, by table."""
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """The leaf of the `erased` event in the consent log."""


class RetentionRun(Base):
    """One run of the retention rule that changed something, with its report."""

    __tablename__ = "retention_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[str] = mapped_column(String(254))
    policy: Mapped[dict[str, int]] = mapped_column(JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class Breach(Base):
    """An entry of the breach register (PHIPA s. 12, O. Reg. 329/04 s. 6.3, 6.4; PIPEDA s. 10.3:
    each is kept).
    """

    __tablename__ = "breach"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    number: Mapped[str] = mapped_column(String(12), unique=True)
    """"2026-001"."""
    found_on: Mapped[date] = mapped_column(Date, index=True)
    happened_on: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(31))
    """The kind that the yearly statistics count: stolen, lost, used, disclosed or collected without
    authority.
    """
    grounds: Mapped[list[str]] = mapped_column(JSON)
    """Which circumstances of s. 6.3 (1) apply; any of them means that the Commissioner must be
    told.
    """
    people: Mapped[int]
    information: Mapped[str] = mapped_column(Text)
    what_happened: Mapped[str] = mapped_column(Text)
    containment: Mapped[str] = mapped_column(Text)
    is_significant_harm_likely: Mapped[bool]
    people_told_on: Mapped[date | None] = mapped_column(Date)
    ipc_told_on: Mapped[date | None] = mapped_column(Date)
    opc_told_on: Mapped[date | None] = mapped_column(Date)
    college_told_on: Mapped[date | None] = mapped_column(Date)
    remedy: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(254))
    recorded_at: Mapped[datetime] = mapped_column(Utc)
    changed_at: Mapped[datetime] = mapped_column(Utc)
    closed_on: Mapped[date | None] = mapped_column(Date)
