"""Limits are counted in the database, for all processes of the installation."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "rate_counter",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_rate_counter")),
    )
    op.create_index(op.f("ix_rate_counter_until"), "rate_counter", ["until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_rate_counter_until"), "rate_counter")
    op.drop_table("rate_counter")
