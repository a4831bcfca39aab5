"""Read very many rows as plain values, past the unit of work and without preparing the same value
again and again.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Executable, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine, UserDefinedType

AT_ONCE = 1000
REMEMBERED = 64


class Remembered(UserDefinedType[Any]):
    """A column's own type that remembers what it prepared last. Not for personal values: they would
    stay in memory.
    """

    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        self.kind = kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Return what prepares a value of the driver; None where the value is taken as it is."""
        found = self.kind.dialect_impl(dialect).result_processor(dialect, coltype)
        return lru_cache(REMEMBERED)(found) if found else None


def remembered(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return *column* for a query of very many rows, in which a choice or an instant repeats from
    row to row.
    """
    return type_coerce(column, Remembered(column.type))


def plain_rows(session: Session, statement: Executable) -> Iterable[tuple[Any, ...]]:
    """Return the rows of *statement* in portions, in the transaction of *session* but as plain
    tuples.
    """
    rows: Iterable[Any] = session.connection().execute(
        statement.execution_options(yield_per=AT_ONCE)
    )
    return rows
