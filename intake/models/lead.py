"""The lead: a request for a call."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from intake.contacts import folded
from intake.db import Base, Utc

if TYPE_CHECKING:
    from intake.models.consent import ConsentEvent


class Lead(Base):
    """A request for a call, as the patient made it."""

    __tablename__ = "lead"
    __table_args__ = (
        Index("ix_lead_promised", "clinic", "call_by", "restricted_at", "erased_at", "hold_reason"),
        # A part of a name is looked for in the whole index. It grows at its end, as its order is
        # that of the requests
        Index("ix_lead_name", "clinic", "received_at", "name_folded"),
        # Holds all that the figures ask of a request: the requests themselves are long, and are not
        # read.
        # Its beginning serves what is asked by clinic and time
        Index(
            "ix_lead_counted",
            "clinic",
            "received_at",
            "call_by",
            "hold_reason",
            "call_language",
            "form_language",
            "consult_with",
            "consult_by",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31), index=True)
    """Indexed by itself, too: SQLite finds some ids of a clinic by it, and else reads all requests
    of the clinic.
    """
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
    name_folded: Mapped[str] = mapped_column(Text, server_default="")
    """The name as it is looked for (`contacts.folded`); follows the name."""
    phone: Mapped[str] = mapped_column(String(16), index=True)
    phone_extension: Mapped[str] = mapped_column(String(20))
    phone_typed: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(254))
    email_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """Keyed hash of the mailbox: whose requests belong to one person, without reading addresses."""
    email_hash_former: Mapped[str | None] = mapped_column(String(64))
    """The hash that former releases made of the address, where it is another one
    (`consent.hashes`).
    """
    consent_key: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True, unique=True)
    """SHA-256 of the token that opens the person's consent page (`consent.token`)."""
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
    bound_leaf: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The hash of the newest record in the ledger of what stands here
    (`consent.request_record`).
    """
    restricted_at: Mapped[datetime | None] = mapped_column(Utc)
    """Lock-box (PHIPA s. 37 (1)(a)): out of queue and sheet; opening it needs a reason."""
    erased_at: Mapped[datetime | None] = mapped_column(Utc)
    """The person's fields are empty since then; reference and times stay."""
    link_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the email address was corrected: links in mails to a former one lead nowhere
    (`consent.token`).
    """
    hold_reason: Mapped[str | None] = mapped_column(String(31))
    """Why it looks like a machine's; kept out of the queue until staff look at it. None: it does
    not.
    """

    consent_events: Mapped[list["ConsentEvent"]] = relationship(
        back_populates="lead", order_by="ConsentEvent.id"
    )

    @validates("name")
    def _fold(self, _: str, name: str) -> str:
        self.name_folded = folded(name)
        return name
