"""Bring the schema to its newest version. Only what changes the schema loads this, because Alembic
is large.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from intake.db import MIGRATIONS, Database


def migrate(database: Database) -> None:
    """Bring the schema to its newest version, in one transaction; does nothing when it is there
    already.
    """
    with database.migrating() as connection:
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for a caller's own *connection* and transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
