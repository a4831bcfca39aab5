"""Run statements whose text and values are ready on the driver's own cursor, in SQLAlchemy's transaction.

SQLAlchemy's bookkeeping for a statement takes thirty times as long as SQLite takes to run a small one. What goes wrong
is raised as SQLAlchemy raises it. On PostgreSQL several statements travel together, in one round trip.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

from intake.outage import must_reconnect

Row = tuple[Any, ...]
Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True)
class Statement:
    """The text of a statement as the driver takes it, and its values as the driver stores them."""

    text: str
    values: Values = ()


class Compiled:
    """A statement of SQLAlchemy that is compiled once and run many times.

    Its lists (`in_`) must have a fixed length: one parameter for each value.
    """

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every one of ours has it
        self._text: str = compiled.string
        self._names: Sequence[str] | None = compiled.positiontup
        processors = {
            name: processor
            for name in compiled.params
            if (processor := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        }
        constants = {name: value for name, value in compiled.params.items() if not compiled.binds[name].required}
        self._constants = {name: processors.pop(name, _as_it_is)(value) for name, value in constants.items()}
        self._processors = processors

    def with_values(self, values: Mapping[str, Any]) -> Statement:
        """Return the statement for *values*, by the names of its parameters."""
        all_values: dict[str, Any] = {**self._constants, **values}
        for name, processor in self._processors.items():
            all_values[name] = processor(all_values[name])
        return Statement(self._text, [all_values[name] for name in self._names] if self._names else all_values)


def _as_it_is(value: Any) -> Any:
    return value


def execute(connection: Connection, statement: Statement) -> list[Row]:
    """Run *statement* in the transaction of *connection*, and return its rows."""
    return execute_all(connection, [statement])[0]


def execute_all(connection: Connection, statements: Sequence[Statement]) -> list[list[Row]]:
    """Run *statements* in turn in the transaction of *connection*, and return the rows of each.

    Raises a `DBAPIError` with the first error; the transaction can then only be rolled back.
    """
    driver: Any = connection.connection.driver_connection
    try:
        with _one_round_trip(driver, len(statements)):
            cursors = [_run(connection, driver.cursor(), statement) for statement in statements]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_says_it(error, connection, statements[0].text) from error


def _run(connection: Connection, cursor: Any, statement: Statement) -> Any:
    # Whoever listens to SQLAlchemy's statements, to count them for example, hears of these as well
    connection.dispatch.before_cursor_execute(connection, cursor, statement.text, statement.values, None, False)
    cursor.execute(statement.text, statement.values)
    return cursor


def _one_round_trip(driver: Any, number: int) -> AbstractContextManager[Any]:
    pipeline = getattr(driver, "pipeline", None) if number > 1 else None  # psycopg has one, SQLite needs none
    return pipeline() if pipeline else nullcontext()


def _as_sqlalchemy_says_it(error: Exception, connection: Connection, text: str) -> BaseException:
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, None)  # type: ignore[arg-type]  # all errors are the driver's
    found = DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error,
        hide_parameters=True, connection_invalidated=is_lost, dialect=dialect,
    )  # fmt: skip
    if is_lost or must_reconnect(found):
        connection.invalidate(error)
    return found
