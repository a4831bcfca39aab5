"""The news that a relay waits for: the number of the newest entry in the outbox."""

from collections.abc import Hashable

from sqlalchemy.exc import SQLAlchemyError

from intake.db import Database
from intake.sql import SqlStatement, execute

NEWEST = SqlStatement("SELECT max(id) FROM outbox_entry")


class NewestEntry:
    """Asks for the number, about four times a second, without any bookkeeping of SQLAlchemy's."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine

    def __call__(self) -> Hashable:
        """Return the number. While the database cannot say it, there may be news: the steps find
        out what is wrong.
        """
        try:
            with self._engine.connect() as connection:
                return execute(connection, NEWEST)[0]
        except SQLAlchemyError:
            return object()
