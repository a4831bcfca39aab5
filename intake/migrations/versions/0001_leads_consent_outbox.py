"""The first schema: leads, consent statements and events, batches, outbox; what is published or
answered stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The unique keys of each append-only table: what an INSERT OR REPLACE could collide with.
APPEND_ONLY: dict[str, list[tuple[str, ...]]] = {
    "consent_statement": [("id",), ("clinic", "purpose", "channel", "language", "version")],
    "consent_event": [("id",), ("uid",), ("leaf",)],
}


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum("queue_row", name="topic", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mark_removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("mark > 0 AND mark < 2147483648", name=op.f("ck_batch_mark_is_31_bits")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("mark", name=op.f("uq_batch_mark")),
    )
    op.create_index("ix_batch_open", "batch", ["topic", "delivered_at"])
    op.create_index("ix_batch_marked", "batch", ["topic", "mark_removed_at", "delivered_at"])

    op.create_table(
        "consent_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "reminders",
                "care",
                "news",
                name="known_purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("email", name="channel", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("box", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_statement")),
        sa.UniqueConstraint(
            "clinic",
            "purpose",
            "channel",
            "language",
            "version",
            name=op.f("uq_consent_statement_clinic_purpose_channel_language_version"),
        ),
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("submission", sa.LargeBinary(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("call_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_language", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("phone_extension", sa.String(length=20), nullable=False),
        sa.Column("phone_typed", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("consult_with", sa.String(length=31), nullable=True),
        sa.Column("consult_by", sa.String(length=31), nullable=True),
        sa.Column("best_time", sa.String(length=31), nullable=True),
        sa.Column("call_language", sa.String(length=2), nullable=False),
        sa.Column("voicemail_ok", sa.Boolean(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("body_areas", sa.JSON(), nullable=False),
        sa.Column("what_hurts", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("ref", name=op.f("uq_lead_ref")),
        sa.UniqueConstraint("submission", name=op.f("uq_lead_submission")),
        sa.UniqueConstraint("token", name=op.f("uq_lead_token")),
    )
    op.create_index(op.f("ix_lead_clinic"), "lead", ["clinic"])
    op.create_index(op.f("ix_lead_phone"), "lead", ["phone"])

    op.create_table(
        "consent_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("statement_version", sa.Integer(), nullable=True),
        sa.Column("statement_sha256", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "reminders",
                "care",
                "news",
                name="known_purpose",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "channel", sa.Enum("email", name="channel", native_enum=False, length=20), nullable=True
        ),
        sa.Column(
            "decision",
            sa.Enum(
                "shown",
                "given",
                "refused",
                "renewed",
                "withdrawn",
                "verified",
                "superseded",
                "invalidated",
                "exported",
                "erased",
                name="known_decision",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("release", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.CheckConstraint(
            "decision IN ('exported', 'erased') OR (statement_id IS NOT NULL AND statement_version "
            "IS NOT NULL AND statement_sha256 IS NOT NULL AND language IS NOT NULL AND purpose IS "
            "NOT NULL AND channel IS NOT NULL)",
            name=op.f("ck_consent_event_says_which_words"),
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_consent_event_lead_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["consent_statement.id"], name=op.f("fk_consent_event_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
        sa.UniqueConstraint("leaf", name=op.f("uq_consent_event_leaf")),
        sa.UniqueConstraint("uid", name=op.f("uq_consent_event_uid")),
    )
    op.create_index(op.f("ix_consent_event_lead_id"), "consent_event", ["lead_id"])

    op.create_table(
        "outbox_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "topic",
            sa.Enum("queue_row", name="topic", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_outbox_entry_batch_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_outbox_entry_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_entry")),
    )
    op.create_index(op.f("ix_outbox_entry_batch_id"), "outbox_entry", ["batch_id"])
    op.create_index(
        "ix_outbox_entry_due", "outbox_entry", ["topic", "delivered_at", "batch_id", "due_at"]
    )
    op.create_index(op.f("ix_outbox_entry_lead_id"), "outbox_entry", ["lead_id"])

    for table in APPEND_ONLY:
        for statement in guards(table):
            op.execute(statement)


def downgrade() -> None:
    for table in ("outbox_entry", "consent_event", "lead", "consent_statement", "batch"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def guards(table: str) -> list[str]:
    """The triggers that keep *table* append-only on this engine."""
    if op.get_bind().dialect.name == "postgresql":
        return _postgresql_guards(table)
    return _sqlite_guards(table)


def _sqlite_guards(table: str) -> list[str]:
    # INSERT OR REPLACE deletes the old row without firing a delete trigger unless
    # recursive_triggers is on, which
    # is each connection's own choice: so an insert that would replace something is refused before
    # it starts.
    same = [
        " AND ".join(f"{column} = NEW.{column}" for column in key) for key in APPEND_ONLY[table]
    ]
    taken = " OR ".join(f"({condition})" for condition in same)
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM "
        f"{table} WHERE {taken}) BEGIN {refuse}; END",
    ]


def _postgresql_guards(table: str) -> list[str]:
    # ENABLE ALWAYS: ordinary triggers sleep while session_replication_role is "replica".
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]
