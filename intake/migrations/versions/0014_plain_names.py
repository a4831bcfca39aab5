"""Name a table and three columns for what they hold (docs/words.md). No row changes."""

from alembic import op

revision = "0014"
down_revision = "0013"

COLUMNS = (
    ("lead", "held_for", "hold_reason"),
    ("lead", "link_round", "link_version"),
    ("queue_row", "is_twice", "is_duplicated"),
)


def upgrade() -> None:
    op.rename_table("installation", "installation_fact")
    for table, former, name in COLUMNS:
        _rename(table, former, name)


def downgrade() -> None:
    for table, former, name in COLUMNS:
        _rename(table, name, former)
    op.rename_table("installation_fact", "installation")


def _rename(table: str, former: str, name: str) -> None:
    # Alembic would copy the whole table on SQLite, and its triggers would be gone
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {former} TO {name}")
