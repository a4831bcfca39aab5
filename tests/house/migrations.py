"""Migrations in step with the models, for `make check`: `python -m tests.house.migrations`."""

import sys
import tempfile
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import intake.models  # noqa: F401  (fills the metadata)
from intake.db import Base, Database
from intake.migrate import migrate


def differences(database: Database) -> list[object]:
    """What the migrated *database* has other than the models say; empty when they agree."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        fresh = Database(f"sqlite:///{Path(folder) / 'fresh.db'}")
        migrate(fresh)
        found = differences(fresh)
        fresh.dispose()
    print("\n".join(map(str, found)) or "migrations: in step with the models")
    sys.exit(bool(found))
