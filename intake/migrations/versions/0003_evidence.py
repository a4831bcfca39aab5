"""Consent as evidence: the ledger, what was on screen, what opens the commitments, suppression,
mail.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from hmac import digest

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# The unique keys of each append-only table: what an INSERT OR REPLACE could collide with.
APPEND_ONLY: dict[str, list[str]] = {
    "ledger_entry": ["id", "leaf"],
    "ledger_position": ["position", "entry_id", "leaf"],
    "checkpoint": ["id"],
    "consent_rendering": ["sha256"],
    "mail_sent": ["id", "entry_id"],
}
PURPOSES = ("reminders", "care", "news")


def _time(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), nullable=False)


def _hash(name: str, *, nullable: bool = False) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(length=32), nullable=nullable)


def _text(
    name: str, length: int, *, nullable: bool = False, default: str | None = None
) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=nullable, server_default=default)


def upgrade() -> None:
    _make_ledger()
    _make_consent()
    _make_mail()
    _move_records()
    _record_statements()
    for table in APPEND_ONLY:
        for statement in guards(table):
            op.execute(statement)


def _make_ledger() -> None:
    op.create_table(
        "ledger_entry",
        _id(),
        _text("kind", 40),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        _hash("leaf"),
        _time("recorded_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("leaf", name=op.f("uq_ledger_entry_leaf")),
    )
    op.create_table(
        "ledger_position",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        _hash("leaf"),
        sa.CheckConstraint(
            "position >= 0", name=op.f("ck_ledger_position_positions_count_from_zero")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_ledger_position_entry_id")
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_ledger_position")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ledger_position_entry_id")),
        sa.UniqueConstraint("leaf", name=op.f("uq_ledger_position_leaf")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("idx", sa.Integer(), nullable=False, autoincrement=False),
        _hash("hash"),
        sa.PrimaryKeyConstraint("level", "idx", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "checkpoint",
        _id(),
        sa.Column("size", sa.Integer(), nullable=False),
        _hash("root"),
        sa.Column("note", sa.Text(), nullable=False),
        _time("signed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_index(op.f("ix_checkpoint_size"), "checkpoint", ["size"])
    op.create_table(
        "anchor",
        _id(),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        _text("place", 20),
        _time("anchored_at"),
        sa.ForeignKeyConstraint(
            ["checkpoint_id"], ["checkpoint.id"], name=op.f("fk_anchor_checkpoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
    )
    op.create_index(op.f("ix_anchor_checkpoint_id"), "anchor", ["checkpoint_id"])


def _make_consent() -> None:
    op.add_column("consent_statement", _text("basis", 20, default="express"))
    for name, length, default in (
        ("basis", 20, "express"),
        ("control", 20, "checkbox"),
        ("default_state", 20, "unticked"),
        ("source", 20, "form"),
    ):
        op.add_column("consent_event", _text(name, length, default=default))
    op.add_column("consent_event", _text("rendering_sha256", 64, nullable=True))
    op.create_table(
        "consent_rendering",
        _text("sha256", 64),
        _text("clinic", 31),
        _text("language", 2),
        _text("statements", 200),
        sa.Column("html", sa.Text(), nullable=False),
        _time("published_at"),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_consent_rendering")),
    )
    op.create_index(op.f("ix_consent_rendering_statements"), "consent_rendering", ["statements"])
    op.create_table(
        "consent_opening",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["consent_event.id"], name=op.f("fk_consent_opening_event_id")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_consent_opening")),
    )
    op.create_table(
        "suppression",
        _id(),
        _text("clinic", 31),
        _text("address_hash", 64),
        _text("channel", 20),
        sa.Column(
            "purpose",
            sa.Enum(
                *PURPOSES,
                name="known_purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        _time("since"),
        _time("lifted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "clinic",
            "address_hash",
            "channel",
            "purpose",
            name=op.f("uq_suppression_clinic_address_hash_channel_purpose"),
        ),
    )
    op.create_table(
        "installation",
        _text("name", 40),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.add_column("lead", _text("email_hash", 64, nullable=True))
    op.add_column("lead", _hash("consent_key", nullable=True))
    op.create_index(op.f("ix_lead_email_hash"), "lead", ["email_hash"])
    op.create_index(op.f("ix_lead_consent_key"), "lead", ["consent_key"], unique=True)


def _make_mail() -> None:
    op.add_column(
        "outbox_entry", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("outbox_entry", _time("begun_at", nullable=True))
    op.add_column("outbox_entry", sa.Column("problem", sa.Text(), nullable=True))
    op.add_column("sheet_health", _time("alerted_at", nullable=True))
    op.create_table(
        "mail_sent",
        _id(),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        _text("message", 20),
        _text("message_class", 20),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("consent_event_id", sa.Integer(), nullable=True),
        _text("template_sha256", 64),
        _text("message_id", 200),
        _time("sent_at"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["outbox_entry.id"], name=op.f("fk_mail_sent_entry_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_mail_sent_lead_id")),
        sa.ForeignKeyConstraint(
            ["consent_event_id"], ["consent_event.id"], name=op.f("fk_mail_sent_consent_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_sent")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_mail_sent_entry_id")),
    )
    op.create_index(op.f("ix_mail_sent_lead_id"), "mail_sent", ["lead_id"])


def _move_records() -> None:
    """What was hashed so far goes into the ledger, byte for byte; each person gets the key to a
    consent page.
    """
    op.execute(
        "INSERT INTO ledger_entry (kind, canonical, leaf, recorded_at) "
        "SELECT 'consent', canonical, leaf, recorded_at FROM consent_event ORDER BY id"
    )
    op.drop_column("consent_event", "canonical")
    connection = op.get_bind()
    opened = connection.execute(sa.text("SELECT id, salt FROM lead WHERE salt IS NOT NULL")).all()
    for lead_id, salt in opened:
        # As `consent.token` does it today; a migration must not change when that does.
        token = digest(bytes(salt), b"consent-page", sha256).hex()
        key = {"key": sha256(token.encode()).digest(), "id": lead_id}
        connection.execute(sa.text("UPDATE lead SET consent_key = :key WHERE id = :id"), key)


def _record_statements() -> None:
    """Words that were published before there was a ledger get their record now, as
    `consent.statements` makes it.
    """
    facts = ("clinic", "purpose", "channel", "language", "version", "basis", "sha256")
    instant = sa.DateTime(timezone=True)
    statement = sa.table(
        "consent_statement", *map(sa.column, ("id", *facts)), sa.column("published_at", instant)
    )
    entry = sa.table(
        "ledger_entry",
        *map(sa.column, ("kind", "canonical", "leaf")),
        sa.column("recorded_at", instant),
    )
    connection, now = op.get_bind(), datetime.now(UTC)
    for row in connection.execute(sa.select(statement).order_by(statement.c.id)).mappings().all():
        published: datetime = row["published_at"]
        at = (
            published.replace(tzinfo=UTC) if published.tzinfo is None else published.astimezone(UTC)
        )
        record = {name: row[name] for name in facts}
        record |= {
            "kind": "statement",
            "schema": 1,
            "published_at": at.isoformat(timespec="microseconds"),
        }
        canonical = json.dumps(
            record, sort_keys=True, separators=(",", ":")
        ).encode()  # RFC 8785, all being ASCII
        leaf = sha256(b"\x00" + canonical).digest()
        connection.execute(
            entry.insert().values(kind="statement", canonical=canonical, leaf=leaf, recorded_at=now)
        )


def downgrade() -> None:
    op.add_column("consent_event", sa.Column("canonical", sa.LargeBinary(), nullable=True))
    for table in (
        "mail_sent",
        "installation",
        "suppression",
        "consent_opening",
        "consent_rendering",
        "anchor",
        "checkpoint",
        "ledger_node",
        "ledger_position",
        "ledger_entry",
    ):
        op.drop_table(table)
    op.drop_column("sheet_health", "alerted_at")
    for column in ("problem", "begun_at", "attempts"):
        op.drop_column("outbox_entry", column)
    for index in ("ix_lead_consent_key", "ix_lead_email_hash"):
        op.drop_index(op.f(index), "lead")
    for column in ("consent_key", "email_hash"):
        op.drop_column("lead", column)
    for column in ("rendering_sha256", "source", "default_state", "control", "basis"):
        op.drop_column("consent_event", column)
    op.drop_column("consent_statement", "basis")


def guards(table: str) -> list[str]:
    """The triggers that keep *table* append-only on this engine; `refuse_change()` came with
    0001.
    """
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
        ]
    taken = " OR ".join(f"{column} = NEW.{column}" for column in APPEND_ONLY[table])
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM "
        f"{table} WHERE {taken}) BEGIN {refuse}; END",
    ]
