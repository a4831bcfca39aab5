"""Insert many plain rows with one statement, past the unit of work and its compiler: a patient waits for it.

Table, columns and types are SQLAlchemy's own; only the text of the statement is put together here, once for each number
of rows, and each value is prepared by the type of its column.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Dialect, Enum, Table, inspect
from sqlalchemy.types import TypeEngine

from intake.db import Base, Utc
from intake.sql import SqlStatement, processor_of

MOST_AT_ONCE = 500
"""Rows of one statement. Engines limit its parameters: SQLite has 32,766 and PostgreSQL 65,535, and no row has 40."""
REMEMBERED = 64
"""Values of a column whose prepared form is remembered."""
UNLESS_THERE = " ON CONFLICT DO NOTHING"


def table_of(model: type[Base]) -> Table:
    """The table behind *model*: statements on it do not pass through the unit of work."""
    return cast("Table", inspect(model).local_table)


def inserts(
    dialect: Dialect,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str] = (),
    on_conflict: str = "",
    values: Mapping[str, Sequence[Any]] | None = None,
) -> list[SqlStatement]:
    """Return the statements that insert *rows*, which all name the same columns; none where there is no row.

    They return the columns *returning* of the rows that went in, in any order. *on_conflict* is the clause for a row
    that a unique constraint refuses, with “?” for each of its *values*, which are given by the column whose type they
    have.
    """
    if not rows:
        return []
    insert = _insert(model, tuple(rows[0]), dialect)
    end = on_conflict.replace("?", insert.placeholder) + (f" RETURNING {', '.join(returning)}" if returning else "")
    more = insert.typed(values or {})
    return [
        SqlStatement(insert.text(len(some)) + end, (*insert.values(some), *more))
        for start in range(0, len(rows), MOST_AT_ONCE)
        if (some := rows[start : start + MOST_AT_ONCE])
    ]


class _Insert:
    def __init__(self, table: Table, names: tuple[str, ...], dialect: Dialect) -> None:
        quoted = dialect.identifier_preparer
        columns = ", ".join(quoted.format_column(table.c[name]) for name in names)
        self.placeholder = "?" if dialect.paramstyle == "qmark" else "%s"
        self._head = f"INSERT INTO {quoted.format_table(table)} ({columns}) VALUES "  # noqa: S608  (names of our own models)
        self._one = f"({', '.join([self.placeholder] * len(names))})"
        self._pick = itemgetter(*names)
        self._processors = {column.name: _processor(column.type, dialect) for column in table.columns}
        self._prepare = [(at, found) for at, name in enumerate(names) if (found := self._processors[name])]

    def text(self, number: int) -> str:
        return self._head + ", ".join([self._one] * number)

    def values(self, rows: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
        return tuple(chain.from_iterable(self._prepared([*self._pick(row)]) for row in rows))

    def typed(self, values: Mapping[str, Sequence[Any]]) -> list[Any]:
        return [
            processor(value) if (processor := self._processors[name]) else value
            for name, some in values.items() for value in some
        ]  # fmt: skip

    def _prepared(self, values: list[Any]) -> list[Any]:
        for at, processor in self._prepare:
            values[at] = processor(values[at])
        return values


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what prepares a value for the driver. It remembers instants and choices, which a request's rows repeat."""
    found = processor_of(kind, dialect)
    return lru_cache(REMEMBERED)(found) if found and isinstance(kind, Utc | Enum) else found


@cache
def _insert(model: type[Base], names: tuple[str, ...], dialect: Dialect) -> _Insert:
    return _Insert(table_of(model), names, dialect)
