"""Who of the clinic may come in: accounts, passkeys, sessions, attempts to sign in.

Names that begin with `tf_`, `mf_` and `fs_` are those that Flask-Security looks for
(`staff.security`).
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from intake.db import Base, Utc
from intake.models.kinds import Act, Role, closed, growing
from intake.models.lead import Lead


class StaffMember(Base):
    """An account. There is none by default: each begins with a link that is used once (`intake
    staff add`).
    """

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic: Mapped[str] = mapped_column(String(31))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case; what they sign in with."""
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(closed(Role, "known_role"))
    active: Mapped[bool] = mapped_column(default=True)
    until: Mapped[datetime | None] = mapped_column(Utc)
    """The end of a visit: an auditor comes for a while."""
    password: Mapped[str | None] = mapped_column(String(255))
    """Argon2id; None until the link was used."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Key of the commitments to address and name in the ledger (`staff.account_record`)."""
    invite_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The hash of the one-time link; None once it was used."""
    invite_until: Mapped[datetime | None] = mapped_column(Utc)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    """Always empty: codes by text message are not offered."""
    totp_used_at: Mapped[int | None]
    """The 30-second step of the last code that was used: each works once (RFC 6238 s. 5.2)."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))

    webauthn: Mapped[list["StaffPasskey"]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )


class StaffPasskey(Base):
    """A passkey or security key (WebAuthn)."""

    __tablename__ = "staff_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    lastuse_datetime: Mapped[datetime] = mapped_column(Utc)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    """"first" or "secondary": instead of the password, or after it."""

    user: Mapped[StaffMember] = relationship(back_populates="webauthn")


class StaffSession(Base):
    """One browser that came in. Its cookie counts for nothing once this has ended."""

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_of", "staff_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    browser: Mapped[str] = mapped_column(String(60))
    network: Mapped[str] = mapped_column(String(60))
    """The coarse address (/24 or /48)."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)
    fresh_at: Mapped[datetime] = mapped_column(Utc)
    """When the person showed last that it is them."""
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


class SignInAttempt(Base):
    """A sign-in that failed, for the throttle: keyed hashes of the account asked for and of where
    it came from.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_account", "account_hash", "at"),
        Index("ix_sign_in_attempt_network", "network_hash", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str] = mapped_column(String(64))
    network_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    what: Mapped[str] = mapped_column(String(20))
    """"password", "code", "recovery" or "passkey"."""


class AccessLogEntry(Base):
    """Who looked at, or did something with, whose data: only ever appended, and each line is a
    record in the ledger.

    The reason alone may be emptied, when the person is erased: it was typed by staff and may name
    them.
    """

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_act", "act", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    clinic: Mapped[str] = mapped_column(String(31))
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_member.id"), index=True)
    actor: Mapped[str] = mapped_column(String(254))
    """Who, as they were called then: a staff member's email, or "command line"."""
    role: Mapped[str] = mapped_column(String(20))
    act: Mapped[Act] = mapped_column(growing(Act))
    what: Mapped[str] = mapped_column(String(200))
    """The type of information, in words: "contact details", "consent timeline"."""
    endpoint: Mapped[str] = mapped_column(String(60))
    """The page or command; never an address with anything in it."""
    reason: Mapped[str | None] = mapped_column(Text)
    reason_salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Key of the commitment to the reason in the ledger."""
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)

    subjects: Mapped[list["AccessSubject"]] = relationship(
        back_populates="entry", order_by="AccessSubject.lead_id"
    )


class AccessSubject(Base):
    """Whose data an access was to: each lead that was on the page. Only ever appended."""

    __tablename__ = "access_subject"

    entry_id: Mapped[int] = mapped_column(ForeignKey("access_log.id"), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True, index=True)

    entry: Mapped[AccessLogEntry] = relationship(back_populates="subjects")
    lead: Mapped[Lead] = relationship()
