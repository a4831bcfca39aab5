"""A person of whom everything is held that can be, and the search for what is left of them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from intake.db import Base
from intake.models import Act, Lead, OutboxEntry, Purpose, QueueRow, Role, Topic
from intake.outbox import enqueue, settle_one
from intake.privacy.correct import correct
from intake.privacy.restrict import release, restrict
from intake.sheet.queue.call_log import take_over
from intake.sheet.queue.staff_words import StaffWords
from intake.staff.access_log import note
from intake.staff.actor import Actor
from tests.factories import ADDRESS_KEY, NOON, Factory

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"])
"""For what the database has no part in."""
ADMIN = Actor(None, "admin@clinic.example", Role.ADMIN)


def zuzanna(session, clinic) -> Lead:
    """Asked, agreed, was called, had her address corrected and her record locked for a while."""
    lead = Factory(session, clinic)(
        name="Zuzanna Secret",
        phone="(416) 555-9977 ext 867530",
        email="zuzanna@exmaple.org",
        agreed_to={Purpose.NEWS},
        what_hurts="my zebra knee",
        services=("massage_therapy",),
        body_areas=("knee",),
    )
    session.flush()
    row = QueueRow(lead_id=lead.id, tab=1, status_at=NOON)
    session.add(row)
    session.flush()
    session.add(
        take_over(
            row, StaffWords("Claimed", "Dana", "2026-11-23", "", "her zither teacher"), now=NOON
        )
    )
    for topic in (Topic.QUEUE_ROW, Topic.ACKNOWLEDGEMENT):
        waiting = [entry for entry in lead_entries(session, lead) if entry.topic is topic]
        settle_one(
            session,
            waiting[0].id,
            now=NOON,
            problem=None if topic is Topic.QUEUE_ROW else "zuzanna@ refused",
        )
    told: dict[str, Any] = {"endpoint": "privacy_desk.person", "now": NOON}
    correct(
        session,
        lead,
        "email",
        "zuzanna@example.org",
        ADMIN,
        reason="Zuzanna rang",
        address_key=ADDRESS_KEY,
        **told,
    )
    restrict(session, lead, ADMIN, reason="Zuzanna asked", **told)
    release(session, lead, ADMIN, reason="Zuzanna agreed", **told)
    note(
        session,
        ADMIN,
        Act.REVEALED,
        "contact details",
        [lead],
        clinic=clinic.key,
        reason="Zuzanna complained",
        **told,
    )
    enqueue(session, Topic.LINK, lead.id, now=NOON)
    session.flush()
    return lead


def lead_entries(session, lead):
    """The outbox's entries of *lead*."""
    return session.scalars(select(OutboxEntry).where(OutboxEntry.lead_id == lead.id)).all()


def traces(lead: Lead) -> dict[str, bytes]:
    """What would tell of her, as bytes."""
    return {
        "name": b"Zuzanna",
        "folded": b"zuzanna",
        "number": b"4165559977",
        "typed": b"555-9977",
        "extension": b"867530",
        "email": b"zuzanna@",
        "what hurts": b"zebra",
        "notes": b"zither",
        "salt": lead.salt or b"",
        "address": (lead.email_hash or "").encode(),
        "consent page": lead.consent_key or b"",
        "token": lead.token.encode(),
        "submission": lead.submission,
    }


def rows_that_tell(database, wanted: dict[str, bytes]) -> list[str]:
    """Tables and columns in which one of *wanted* still stands, asked as rows."""
    found = []
    with database.engine.connect() as connection:
        for name, table in Base.metadata.tables.items():
            for row in connection.execute(table.select()).mappings():
                for column, value in row.items():
                    said = value if isinstance(value, bytes) else str(value).encode()
                    found += [
                        f"{name}.{column}: {what}"
                        for what, trace in wanted.items()
                        if trace in said
                    ]
    return found


def files_that_tell(files: list[Path], wanted: dict[str, bytes]) -> list[str]:
    """Files whose raw bytes still hold one of *wanted*; of a number in binary its hex form is
    looked for too.
    """
    return [
        f"{file.name}: {what}"
        for file in files
        if file.is_file()
        for content in [file.read_bytes()]
        for what, trace in wanted.items()
        if trace in content or trace.hex().encode() in content
    ]


def files_of(database) -> list[Path]:
    """The database's own files: SQLite's three, or those of PostgreSQL's tables after a
    checkpoint.
    """
    if database.is_sqlite:
        path = str(database.url.database)
        return [Path(path + suffix) for suffix in ("", "-wal", "-shm", "-journal")]
    with database.owning() as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        oid = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    return sorted((folder / "base" / str(oid)).iterdir())
