"""Have new requests enter indexes at their end: the one of names in the order of time, the one of
batches not at all.

A random place in a long index is a page of its own for each request, to be read and written.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
IN_BATCH = sa.text("batch_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_lead_name", table_name="lead")
    op.create_index("ix_lead_name", "lead", ["clinic", "received_at", "name_folded"])
    op.drop_index("ix_outbox_entry_batch_id", table_name="outbox_entry")
    op.create_index(
        "ix_outbox_entry_batch_id",
        "outbox_entry",
        ["batch_id"],
        sqlite_where=IN_BATCH,
        postgresql_where=IN_BATCH,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_entry_batch_id", table_name="outbox_entry")
    op.create_index("ix_outbox_entry_batch_id", "outbox_entry", ["batch_id"])
    op.drop_index("ix_lead_name", table_name="lead")
    op.create_index("ix_lead_name", "lead", ["clinic", "name_folded"])
