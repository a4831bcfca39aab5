"""Alembic's entry: runs the migrations inside the connection and transaction of the caller
(`intake.migrate`).
"""

from alembic import context

import intake.models  # noqa: F401  (fills the metadata)
from intake.db import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
