"""Insert many plain rows with one statement, past the unit of work and its compiler: a patient
waits for it.

Table, columns and types are SQLAlchemy's own, and each value is prepared by the type of its column.
Only the text of the statement is put together here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain
from json import JSONEncoder
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, Dialect, Enum, LargeBinary, Table, inspect
from sqlalchemy.types import TypeEngine

from intake.db import Base, Utc
from intake.sql import SqlStatement, processor_of

MOST_AT_ONCE = 500
"""Rows of one statement. SQLite allows 32,766 parameters, and no row has 40."""
REMEMBERED = 64
"""Values of a column whose prepared form is remembered."""
UNLESS_THERE = " ON CONFLICT DO NOTHING"


def table_of(model: type[Base]) -> Table:
    """Return the table behind *model*: statements on it do not pass through the unit of work."""
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
    """Return the statements that insert *rows*, which all name the same columns; none where there
    is no row.

    They return the columns *returning* of the rows that went in, in any order. *on_conflict* is the
    clause for a row that a unique constraint refuses, with “?” for each of its *values*, which are
    given by the column whose type they have.
    """
    if not rows:
        return []
    insert = _insert(model, tuple(rows[0]), dialect)
    end = on_conflict.replace("?", insert.placeholder) + (
        f" RETURNING {', '.join(returning)}" if returning else ""
    )
    more = insert.typed(values or {})
    return [
        SqlStatement(
            insert.text(len(some)) + end,
            [*insert.values(some), *more],
            returns_rows=bool(returning),
        )
        for start in range(0, len(rows), MOST_AT_ONCE)
        if (some := rows[start : start + MOST_AT_ONCE])
    ]


def combined(dialect: Dialect, statements: Sequence[SqlStatement]) -> list[SqlStatement]:
    """Return *statements*, which come from `inserts`, as one where the engine can run several
    inserts as one.

    PostgreSQL can. Only the last of them may return rows.
    """
    if dialect.name != "postgresql" or len(statements) < 2:  # noqa: PLR2004  (one is one already)
        return list(statements)
    *others, last = statements
    first = ", ".join(f"insert_{at} AS ({one.text})" for at, one in enumerate(others))
    values = [*chain.from_iterable(one.values for one in statements)]
    return [SqlStatement(f"WITH {first} {last.text}", values, last.returns_rows)]


class _Insert:
    """The statement that inserts rows with these columns. Each value is a parameter of its own."""

    placeholder = "?"

    def __init__(self, table: Table, names: tuple[str, ...], dialect: Dialect) -> None:
        quoted = dialect.identifier_preparer
        self._columns = ", ".join(quoted.format_column(table.c[name]) for name in names)
        self._head = f"INSERT INTO {quoted.format_table(table)} ({self._columns}) "
        self._one = f"({', '.join([self.placeholder] * len(names))})"
        self._pick = itemgetter(*names)
        self._processors = {
            column.name: _processor(column.type, dialect) for column in table.columns
        }
        self._prepare = [
            (at, found) for at, name in enumerate(names) if (found := self._processors[name])
        ]

    def text(self, number: int) -> str:
        return f"{self._head}VALUES {', '.join([self._one] * number)}"

    def values(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        return [*chain.from_iterable(self._prepared(row) for row in rows)]

    def typed(self, values: Mapping[str, Sequence[Any]]) -> list[Any]:
        return [
            processor(value) if (processor := self._processors[name]) else value
            for name, some in values.items()
            for value in some
        ]

    def _prepared(self, row: Mapping[str, Any]) -> list[Any]:
        values = [*self._pick(row)]
        for at, processor in self._prepare:
            values[at] = processor(values[at])
        return values


class _JsonInsert(_Insert):
    """The statement for PostgreSQL, which gets all rows as one parameter.

    Its text is the same for any number of rows, so the server prepares it once. With a parameter
    for each value the driver worked longer on the statement than the server did.
    """

    placeholder = "%s"

    def __init__(self, table: Table, names: tuple[str, ...], dialect: Dialect) -> None:
        super().__init__(table, names, dialect)
        columns = [
            (dialect.identifier_preparer.format_column(table.c[name]), table.c[name].type)
            for name in names
        ]
        types = ", ".join(f"{column} {kind.compile(dialect)}" for column, kind in columns)
        self._text = (
            f"{self._head}SELECT {self._columns} FROM json_to_recordset(%s) AS new ({types})"  # noqa: S608  (as above)
        )
        self._names = names
        # The dialect wraps these values for the driver; inside the JSON they stay as they are
        self._prepare = [
            (at, do)
            for at, do in self._prepare
            if not isinstance(columns[at][1], JSON | LargeBinary)
        ]

    def text(self, number: int) -> str:  # noqa: ARG002  (it holds any number)
        return self._text

    def values(self, rows: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        return [
            _to_json([dict(zip(self._names, self._prepared(row), strict=True)) for row in rows])
        ]


def _as_text(value: bytes | datetime) -> str:
    """Return what JSON cannot hold as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value.isoformat()


_to_json = JSONEncoder(default=_as_text, check_circular=False).encode


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what prepares a value for the driver. It remembers instants and choices, which a
    request's rows repeat.
    """
    found = processor_of(kind, dialect)
    return lru_cache(REMEMBERED)(found) if found and isinstance(kind, Utc | Enum) else found


@cache
def _insert(model: type[Base], names: tuple[str, ...], dialect: Dialect) -> _Insert:
    kind = _JsonInsert if dialect.name == "postgresql" else _Insert
    return kind(table_of(model), names, dialect)
