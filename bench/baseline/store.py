"""The baseline's three tables, and how a request is put into them by the ORM."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Engine, ForeignKey, create_engine, event
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    sessionmaker,
)

from bench.baseline.form import RequestForm

WORDS = "2026-11"


class Base(DeclarativeBase):
    """The baseline's tables."""


class Lead(Base):
    """Somebody who wants to be called."""

    __tablename__ = "lead"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None] = mapped_column(index=True)
    best_time: Mapped[str | None]
    message: Mapped[str]
    created_at: Mapped[datetime]
    consents: Mapped[list["Consent"]] = relationship()


class Consent(Base):
    """One box as it was left."""

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), index=True)
    purpose: Mapped[str]
    granted: Mapped[bool]
    words: Mapped[str]
    at: Mapped[datetime]


class Outbox(Base):
    """What is to be sent to the sheet."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(index=True)
    done: Mapped[bool] = mapped_column(default=False, index=True)


def store(session: Session, form: RequestForm) -> Lead:
    """Add a lead with its consents and the outbox row."""
    now = datetime.now(UTC).replace(tzinfo=None)
    agreed = form.agreed()
    lead = Lead(
        name=form.name.data,
        phone=form.number,
        email=form.email.data or None,
        best_time=form.best_time.data,
        message=form.message.data or "",
        created_at=now,
        consents=[
            Consent(purpose=one, granted=is_so, words=WORDS, at=now)
            for one, is_so in agreed.items()
        ],
    )
    session.add(lead)
    session.flush()
    payload = {"name": lead.name, "phone": lead.phone, "email": lead.email, "consents": agreed}
    session.add(Outbox(lead_id=lead.id, payload=payload, due_at=now))
    return lead


def make_sessions(url: str) -> sessionmaker[Session]:
    """Return sessions on *url*, whose commits are on disk when they return."""
    engine = create_engine(url, pool_size=10)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(
            engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
        )
    return sessionmaker(engine, expire_on_commit=False)


def make_tables(url: str) -> None:
    """Make the tables in an empty database."""
    engine: Engine = make_sessions(url).kw["bind"]
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    engine.dispose()


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "busy_timeout = 30000",
    ):
        connection.execute(f"PRAGMA {pragma}")
