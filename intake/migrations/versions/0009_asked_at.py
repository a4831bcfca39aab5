"""When an outbox entry was asked for, beside when it is due: an entry that is put off does not
become younger.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)
entry = sa.table(
    "outbox_entry",
    sa.column("begun_at", TIME),
    sa.column("due_at", TIME),
    sa.column("asked_at", TIME),
)


def upgrade() -> None:
    # SQLite adds a column that may not be empty with a constant only; every row gets its own value
    # at once
    op.add_column(
        "outbox_entry",
        sa.Column("asked_at", TIME, nullable=False, server_default="1970-01-01 00:00:00"),
    )
    # What is known of entries so far: an entry waits at least since it was begun, or due for the
    # first time
    first = sa.case((entry.c.begun_at < entry.c.due_at, entry.c.begun_at), else_=entry.c.due_at)
    op.execute(entry.update().values(asked_at=first))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("outbox_entry", "asked_at", server_default=None)


def downgrade() -> None:
    op.drop_column("outbox_entry", "asked_at")
