"""The admin's desk: accounts and sessions, the access log, and what a person may ask of the
clinic.
"""

import sqlalchemy as sa
from alembic import op

from intake.contacts import folded

revision = "0004"
down_revision = "0003"

TAKEN = {
    "access_log": "id = NEW.id OR uid = NEW.uid OR leaf = NEW.leaf",
    "access_subject": "entry_id = NEW.entry_id AND lead_id = NEW.lead_id",
    "erasure": "id = NEW.id OR uid = NEW.uid OR lead_id = NEW.lead_id OR leaf = NEW.leaf",
}
"""The line that an INSERT OR REPLACE could collide with, by append-only table."""
NO_GROUND = sa.text("trim(ground) = ''")
WORDS = ("reason", "reason_salt")
"""Columns of the access log that may be emptied when a person is erased; nothing else may be
changed.
"""
COUNTED = (
    "clinic",
    "received_at",
    "call_by",
    "held_for",
    "call_language",
    "form_language",
    "consult_with",
    "consult_by",
)
"""Columns of a request that the figures ask for."""
FACTS = (
    "id",
    "uid",
    "clinic",
    "at",
    "staff_id",
    "actor",
    "role",
    "act",
    "what",
    "endpoint",
    "leaf",
)


def upgrade() -> None:
    _make_staff()
    _make_access_log()
    _make_privacy()
    op.add_column("lead", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lead", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("lead", sa.Column("held_for", sa.String(length=31), nullable=True))
    op.add_column("lead", sa.Column("link_round", sa.Integer(), server_default="0", nullable=False))
    op.add_column("queue_row", sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sheet_health", sa.Column("spreadsheet", sa.String(length=120), nullable=True))
    op.create_index("ix_lead_received", "lead", ["clinic", "received_at"])
    _make_measures()
    _fold_names()
    op.create_index("ix_lead_name", "lead", ["clinic", "name_folded"])
    op.create_index(
        "ix_consent_event_decided",
        "consent_event",
        ["decision", "statement_id", "recorded_at", "lead_id"],
    )
    op.create_index("ix_consent_event_of_lead", "consent_event", ["lead_id", "decision"])
    op.drop_index("ix_consent_event_lead_id", "consent_event")
    op.create_index(
        "ix_mail_sent_without_ground",
        "mail_sent",
        ["lead_id"],
        sqlite_where=NO_GROUND,
        postgresql_where=NO_GROUND,
    )
    op.create_index(op.f("ix_ledger_entry_kind"), "ledger_entry", ["kind"])
    for statement in [*_access_log_guards(), *_guards("access_subject"), *_guards("erasure")]:
        op.execute(statement)


def _fold_names() -> None:
    op.add_column("lead", sa.Column("name_folded", sa.Text(), server_default="", nullable=False))
    lead = sa.table("lead", sa.column("id"), sa.column("name"), sa.column("name_folded"))
    connection = op.get_bind()
    for number, name in connection.execute(sa.select(lead.c.id, lead.c.name)).all():
        connection.execute(
            lead.update().where(lead.c.id == number).values(name_folded=folded(name))
        )


def _make_measures() -> None:
    op.add_column("queue_row", sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("queue_row", sa.Column("first_call_minutes", sa.Integer(), nullable=True))
    op.create_index("ix_queue_row_status", "queue_row", ["status"])
    op.create_index(
        "ix_lead_promised", "lead", ["clinic", "call_by", "restricted_at", "erased_at", "held_for"]
    )
    op.create_index("ix_lead_counted", "lead", COUNTED)


def _make_staff() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "front_desk",
                "auditor",
                "admin",
                "owner",
                name="known_role",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invite_sha256", sa.String(length=64), nullable=True),
        sa.Column("invite_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=128), nullable=True),
        sa.Column("totp_used_at", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_member_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_staff_member_fs_uniquifier")),
        sa.UniqueConstraint(
            "fs_webauthn_user_handle", name=op.f("uq_staff_member_fs_webauthn_user_handle")
        ),
        sa.UniqueConstraint("invite_sha256", name=op.f("uq_staff_member_invite_sha256")),
    )
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=True),
        sa.Column("transports", sa.JSON(), nullable=True),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=64), nullable=False),
        sa.Column("extensions", sa.String(length=255), nullable=True),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("usage", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_member.id"], name=op.f("fk_staff_passkey_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )
    op.create_index(op.f("ix_staff_passkey_user_id"), "staff_passkey", ["user_id"], unique=False)
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("network", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_staff_session_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_staff_session_key_sha256")),
    )
    op.create_index("ix_staff_session_of", "staff_session", ["staff_id", "ended_at"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_hash", sa.String(length=64), nullable=False),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_account", "sign_in_attempt", ["account_hash", "at"], unique=False
    )
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_index(
        "ix_sign_in_attempt_network", "sign_in_attempt", ["network_hash", "at"], unique=False
    )


def _make_access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reason_salt", sa.LargeBinary(length=32), nullable=True),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_access_log_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
        sa.UniqueConstraint("leaf", name=op.f("uq_access_log_leaf")),
        sa.UniqueConstraint("uid", name=op.f("uq_access_log_uid")),
    )
    op.create_index("ix_access_log_act", "access_log", ["act", "id"])
    op.create_index(op.f("ix_access_log_at"), "access_log", ["at"])
    op.create_index(op.f("ix_access_log_staff_id"), "access_log", ["staff_id"])
    op.create_table(
        "access_subject",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["access_log.id"], name=op.f("fk_access_subject_entry_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_access_subject_lead_id")),
        sa.PrimaryKeyConstraint("entry_id", "lead_id", name=op.f("pk_access_subject")),
    )
    op.create_index(op.f("ix_access_subject_lead_id"), "access_subject", ["lead_id"])


def _make_privacy() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("field", sa.String(length=31), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_correction_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_lead_id"), "correction", ["lead_id"], unique=False)
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(length=8), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_erasure_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_erasure_lead_id")),
        sa.UniqueConstraint("leaf", name=op.f("uq_erasure_leaf")),
        sa.UniqueConstraint("uid", name=op.f("uq_erasure_uid")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "breach",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clinic", sa.String(length=31), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=31), nullable=False),
        sa.Column("grounds", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("information", sa.Text(), nullable=False),
        sa.Column("what_happened", sa.Text(), nullable=False),
        sa.Column("containment", sa.Text(), nullable=False),
        sa.Column("is_significant_harm_likely", sa.Boolean(), nullable=False),
        sa.Column("people_told_on", sa.Date(), nullable=True),
        sa.Column("ipc_told_on", sa.Date(), nullable=True),
        sa.Column("opc_told_on", sa.Date(), nullable=True),
        sa.Column("college_told_on", sa.Date(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=254), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("number", name=op.f("uq_breach_number")),
    )
    op.create_index(op.f("ix_breach_found_on"), "breach", ["found_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_kind", "ledger_entry")
    op.drop_index("ix_mail_sent_without_ground", "mail_sent")
    op.create_index("ix_consent_event_lead_id", "consent_event", ["lead_id"])
    op.drop_index("ix_consent_event_of_lead", "consent_event")
    op.drop_index("ix_consent_event_decided", "consent_event")
    for index in ("ix_lead_received", "ix_lead_promised", "ix_lead_counted", "ix_lead_name"):
        op.drop_index(index, "lead")
    op.drop_index("ix_queue_row_status", "queue_row")
    for column in ("follow_up_at", "first_call_minutes"):
        op.drop_column("queue_row", column)
    op.drop_column("sheet_health", "spreadsheet")
    op.drop_column("queue_row", "taken_out_at")
    for column in ("name_folded", "held_for", "link_round", "erased_at", "restricted_at"):
        op.drop_column("lead", column)
    for table in (
        "breach",
        "retention_run",
        "erasure",
        "correction",
        "access_subject",
        "access_log",
        "sign_in_attempt",
        "staff_session",
        "staff_passkey",
        "staff_member",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_new_reason()")


def _access_log_guards() -> list[str]:
    facts, words = ", ".join(FACTS), ", ".join(WORDS)
    emptied = " AND ".join(f"NEW.{word} IS NULL" for word in WORDS)
    if op.get_bind().dialect.name == "postgresql":
        return [
            # refuse_change() came with 0001
            f"CREATE TRIGGER access_log_no_change BEFORE DELETE OR UPDATE OF {facts} ON access_log "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "CREATE FUNCTION refuse_new_reason() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT ({emptied}) THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; "
            "END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER access_log_no_reason BEFORE UPDATE OF {words} ON access_log "
            "FOR EACH ROW EXECUTE FUNCTION refuse_new_reason()",
            *_no_truncate("access_log"),
            "ALTER TABLE access_log ENABLE ALWAYS TRIGGER access_log_no_change",
            "ALTER TABLE access_log ENABLE ALWAYS TRIGGER access_log_no_reason",
        ]
    refuse = "SELECT RAISE(ABORT, 'access_log is append-only')"
    return [
        (
            f"CREATE TRIGGER access_log_no_update BEFORE UPDATE OF {facts} ON access_log BEGIN "
            f"{refuse}; END"
        ),
        f"CREATE TRIGGER access_log_no_reason BEFORE UPDATE OF {words} ON access_log WHEN NOT "
        f"({emptied}) BEGIN {refuse}; END",
        f"CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log BEGIN {refuse}; END",
        _no_replace("access_log"),
    ]


def _guards(table: str) -> list[str]:
    if op.get_bind().dialect.name == "postgresql":
        return [
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            *_no_truncate(table),
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
        ]
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only')"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        _no_replace(table),
    ]


def _no_truncate(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
    ]


def _no_replace(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM "
        f"{table} WHERE {TAKEN[table]}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
