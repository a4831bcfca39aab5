"""The front desk: leases, rows of the sheet, the call log, the sheet's health; batches know their
tab.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

STATUSES = (
    "New",
    "Claimed",
    "No answer",
    "Left voicemail",
    "Call back later",
    "Reached",
    "Booked",
    "Not interested",
    "Wrong number",
    "Do not call",
    "Duplicate",
    "Spam",
)
# Staff's own words: the only part of the log that may be emptied, when a person is erased (PHIPA,
# and the design).
WORDS = ("sheet_status", "assigned_to", "last_called", "follow_up_on", "notes")
FACTS = ("id", "lead_id", "at", "who", "changed", "transition", "status", "is_attempt")


def _status() -> sa.Enum:
    return sa.Enum(
        *STATUSES, name="known_status", native_enum=False, create_constraint=True, length=20
    )


def _time(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        _time("expires_at", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "sheet_health",
        sa.Column("clinic", sa.String(length=31), nullable=False),
        _time("read_at"),
        sa.Column("problem", sa.Text(), nullable=True),
        _time("problem_since"),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("repaired", "conflicts", "removed")
        ),
        sa.PrimaryKeyConstraint("clinic", name=op.f("pk_sheet_health")),
    )
    op.create_table(
        "queue_row",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("tab", sa.Integer(), nullable=True),
        sa.Column("status", _status(), nullable=False),
        _time("status_at", nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in WORDS),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _time("first_called_at"),
        _time("last_attempt_at"),
        sa.Column("is_twice", sa.Boolean(), nullable=False),
        _time("missing_since"),
        _time("removed_at"),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_queue_row_attempts_are_counted")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_queue_row_lead_id")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_queue_row")),
    )
    op.create_index("ix_queue_row_standing", "queue_row", ["removed_at", "tab"])
    op.create_table(
        "call_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        _time("at", nullable=False),
        sa.Column("who", sa.String(length=20), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("transition", sa.String(length=40), nullable=True),
        sa.Column("status", _status(), nullable=False),
        sa.Column("is_attempt", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in WORDS),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_call_log_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_log")),
    )
    op.create_index(op.f("ix_call_log_lead_id"), "call_log", ["lead_id"])
    for statement in _guards():
        op.execute(statement)

    op.add_column("batch", sa.Column("tab", sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO queue_row (lead_id, status, status_at, sheet_status, assigned_to, "
        "last_called, follow_up_on, notes, attempts, is_twice) SELECT lead_id, 'New', "
        "min(delivered_at), 'New', '', '', '', '', 0, false FROM outbox_entry WHERE topic = "
        "'queue_row' AND delivered_at IS NOT NULL GROUP BY lead_id"
    )


def downgrade() -> None:
    op.drop_column("batch", "tab")
    for table in ("call_log", "queue_row", "sheet_health", "lease"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_new_words()")


def _guards() -> list[str]:
    facts, words = ", ".join(FACTS), ", ".join(WORDS)
    emptied = " AND ".join(f"NEW.{word} IS NULL" for word in WORDS)
    if op.get_bind().dialect.name == "postgresql":
        return [
            # refuse_change() came with 0001
            f"CREATE TRIGGER call_log_no_change BEFORE DELETE OR UPDATE OF {facts} ON call_log "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            "CREATE TRIGGER call_log_no_truncate BEFORE TRUNCATE ON call_log "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            "CREATE FUNCTION refuse_new_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF NOT ({emptied}) THEN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; "
            "END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER call_log_no_words BEFORE UPDATE OF {words} ON call_log "
            "FOR EACH ROW EXECUTE FUNCTION refuse_new_words()",
            *(
                f"ALTER TABLE call_log ENABLE ALWAYS TRIGGER {name}"
                for name in ("call_log_no_change", "call_log_no_truncate", "call_log_no_words")
            ),
        ]
    refuse = "SELECT RAISE(ABORT, 'call_log is append-only')"
    return [
        (
            f"CREATE TRIGGER call_log_no_update BEFORE UPDATE OF {facts} ON call_log BEGIN "
            f"{refuse}; END"
        ),
        f"CREATE TRIGGER call_log_no_words BEFORE UPDATE OF {words} ON call_log WHEN NOT "
        f"({emptied}) BEGIN {refuse}; END",
        f"CREATE TRIGGER call_log_no_delete BEFORE DELETE ON call_log BEGIN {refuse}; END",
        "CREATE TRIGGER call_log_no_replace BEFORE INSERT ON call_log WHEN EXISTS (SELECT 1 FROM "
        f"call_log WHERE id = NEW.id) BEGIN {refuse}; END",
    ]
