"""SQL that is ready to run: SQLAlchemy compiled it, and the driver runs it in SQLAlchemy's
transaction.

It runs on the driver's own cursor, because SQLAlchemy's bookkeeping for a statement takes thirty
times as long as SQLite takes to run a small one. Errors are SQLAlchemy's. PostgreSQL gets several
statements in one round trip.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from intake.outage import must_reconnect

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class SqlStatement:
    """The text of a statement as the driver takes it, and its values as the driver stores them."""

    text: str
    values: Values = ()
    returns_rows: bool = True
    """False where it returns none: to ask the driver costs more than to know."""


class CompiledSql:
    """A statement of SQLAlchemy that is compiled once and run many times.

    A list in it (`in_`) has a fixed length, with one parameter for each value.
    """

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every one of ours has it
        self._text: str = compiled.string
        self._names: Sequence[str] | None = compiled.positiontup
        processors = {
            name: processor
            for name in compiled.params
            if (processor := processor_of(compiled.binds[name].type, dialect))
        }
        constants = {
            name: value
            for name, value in compiled.params.items()
            if not compiled.binds[name].required
        }
        self._constants = constants | {
            name: processor(constants[name])
            for name, processor in processors.items()
            if name in constants
        }
        self._processors = {
            name: processor for name, processor in processors.items() if name not in constants
        }

    def with_values(self, values: Mapping[str, Any]) -> SqlStatement:
        """Return the statement for *values*, by the names of its parameters."""
        all_values: dict[str, Any] = {**self._constants, **values}
        for name, processor in self._processors.items():
            all_values[name] = processor(all_values[name])
        return SqlStatement(
            self._text, [all_values[name] for name in self._names] if self._names else all_values
        )


def processor_of(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what prepares a value of this type for the driver; None where the driver takes it as
    it is.
    """
    processor: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return processor


def execute(connection: Connection, *statements: SqlStatement) -> list[Row]:
    """Run *statements* as `execute_each` does, and return their rows in one list."""
    return list(chain.from_iterable(execute_each(connection, statements)))


def execute_each(connection: Connection, statements: Sequence[SqlStatement]) -> list[list[Row]]:
    """Run *statements* in turn in the transaction of *connection*, and return the rows of each.

    Raises the first error, as a `DBAPIError`. After it the transaction can only be rolled back.
    """
    driver: Any = connection.connection.driver_connection
    try:
        with _one_round_trip(driver, len(statements)):
            cursors = [_run(connection, driver.cursor(), statement) for statement in statements]
        return [
            cursor.fetchall() if statement.returns_rows else []
            for cursor, statement in zip(cursors, statements, strict=True)
        ]
    except connection.dialect.loaded_dbapi.Error as error:
        raise _sqlalchemy_error(error, connection, statements) from error


def _run(connection: Connection, cursor: Any, statement: SqlStatement) -> Any:
    # Listeners to SQLAlchemy's statements, which count them for example, are told of these as well
    connection.dispatch.before_cursor_execute(
        connection, cursor, statement.text, statement.values, None, False
    )
    cursor.execute(statement.text, statement.values)
    return cursor


def _one_round_trip(driver: Any, number: int) -> AbstractContextManager[Any]:
    # Psycopg has one, SQLite needs none
    pipeline = getattr(driver, "pipeline", None) if number > 1 else None
    return pipeline() if pipeline else nullcontext()


def _sqlalchemy_error(
    error: Exception, connection: Connection, statements: Sequence[SqlStatement]
) -> BaseException:
    """Wrap the driver's *error*; of statements that travelled together it does not say which one
    failed.
    """
    dialect, text = connection.dialect, "; ".join(statement.text for statement in statements)
    is_lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # all errors are the driver's
    found = DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    if is_lost or must_reconnect(found):
        connection.invalidate(error)
    return found
