"""The database: transactions, naming of constraints, and whether its schema is the newest."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    SQLColumnExpression,
    TypeDecorator,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session

from intake.engine import WAIT_FOR_LOCK, postgresql_engine, sqlite_engine
from intake.write_turn import WriteTurn

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Id = TypeVar("Id")
LARGEST_ID = 2**31 - 1
"""A larger number in an address is nobody's, and an engine would not take it."""


@cache
def newest_migration() -> str:
    """Return the number of the newest migration, which its file is named for; Alembic need not be
    loaded for that.
    """
    return max(
        file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    )


class Base(DeclarativeBase):
    """What every table has in common: constraints have names, so that migrations and errors can say
    them.
    """

    metadata = MetaData(naming_convention=CONVENTION)


class Utc(TypeDecorator[datetime]):
    """An instant: aware and in UTC on both engines; a naive time is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  (SQLAlchemy's signature)
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def batched(ids: Collection[Id], size: int = 1000) -> Iterator[list[Id]]:
    """*ids* in portions that a statement may name: engines limit how many parameters it has."""
    everything = list(ids)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def unindexed(column: SQLColumnExpression[str]) -> ColumnElement[str]:
    """Return an expression with the same text, for which no index is used.

    SQLite keeps no statistics: it takes a clinic, which all rows may share, for the best thing to
    look them up by.
    """
    return column + ""


class AtCommit(Protocol):
    """What is to happen around each commit (`ledger.keeper.Keeper`)."""

    def before_commit(self, session: Session) -> None: ...
    def after_commit(self, session: Session) -> None: ...


class Database:
    """One engine and the two ways to use it: `reading()` and `writing()`.

    *patience*: seconds that a writer waits for SQLite's one write lock.
    """

    def __init__(
        self, url: str, *, patience: float = WAIT_FOR_LOCK, keeper: AtCommit | None = None
    ) -> None:
        self.url = make_url(url)
        self._keeper = keeper
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._patience = patience
        self.engine = (
            sqlite_engine(self.url, patience=patience)
            if self.is_sqlite
            else postgresql_engine(self.url)
        )
        self._writer = self.engine.execution_options(writes=True)
        self.turn = _turn(self.url, patience) if self.is_sqlite else nullcontext
        """Makes a block in which nobody else writes to SQLite. `writing` takes the turn by
        itself.
        """

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for questions; it ends without a trace."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back when anything is
        raised.
        """
        with self.turn(), self.in_turn() as session:
            yield session

    @contextmanager
    def in_turn(self) -> Iterator[Session]:
        """A session as `writing` gives it, for whoever has the `turn` already."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session
            if self._keeper:
                session.flush()  # first: what the database refuses did not happen
                self._keeper.before_commit(session)
        if self._keeper:
            self._keeper.after_commit(session)

    def time(self, session: Session) -> datetime | None:
        """Return the database server's clock; None for SQLite, which has none of its own."""
        return None if self.is_sqlite else session.scalar(select(func.clock_timestamp(type_=Utc)))

    def is_current(self) -> bool:
        """Return whether every migration has been applied: the database names the newest one, and
        no other.
        """
        with self.engine.connect() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return False
            version = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608
            return list(connection.scalars(version)) == [newest_migration()]

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection in one transaction that may change the schema, which the application's own
        may not.
        """
        engine = (
            sqlite_engine(self.url, patience=self._patience, may_migrate=True)
            if self.is_sqlite
            else self.engine
        )
        with engine.execution_options(writes=True).begin() as connection:
            yield connection
        if engine is not self.engine:
            engine.dispose()

    @contextmanager
    def owning(self) -> Iterator[Connection]:
        """A connection outside of any transaction, unguarded: for the owner of the database, to
        rewrite its files.
        """
        engine = (
            sqlite_engine(self.url, patience=self._patience, may_migrate=True)
            if self.is_sqlite
            else self.engine
        )
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
        if engine is not self.engine:
            engine.dispose()

    def dispose(self) -> None:
        """Close every connection, for a process that is about to fork or to end."""
        self.engine.dispose()


def _turn(url: URL, patience: float) -> Callable[[], AbstractContextManager[None]]:
    """Return whose turn it is to write; a database in memory belongs to one process."""
    path = url.database
    return WriteTurn(Path(path), patience) if path and path != ":memory:" else nullcontext
