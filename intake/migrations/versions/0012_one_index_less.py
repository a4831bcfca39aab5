"""Drop an index of the requests that another one begins with: every new request was written into
both.
"""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # Ix_lead_counted begins with the same columns
    op.drop_index("ix_lead_received", table_name="lead")


def downgrade() -> None:
    op.create_index("ix_lead_received", "lead", ["clinic", "received_at"])
