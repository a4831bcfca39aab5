"""SQL that runs on the driver's own cursor behaves as that which SQLAlchemy runs."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import bindparam, event, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from intake.db import Base
from intake.models import (
    Channel,
    ConsentOpening,
    InstallationFact,
    Purpose,
    RateCounter,
    Suppression,
)
from intake.rows import combined, inserts
from intake.sql import CompiledSql, SqlStatement, execute, execute_each
from tests.engines import ONLY_POSTGRESQL
from tests.test_alive import end, pid

FACTS = [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]


def values(session):
    found = session.execute(
        select(InstallationFact.name, InstallationFact.value).order_by(InstallationFact.name)
    )
    return {name: value for name, value in found if name in "abc"}


def test_each_statement_returns_its_own_rows(database):
    with database.writing() as session:
        connection = session.connection()
        insert = inserts(connection.dialect, InstallationFact, FACTS, returning=["name"])
        none = inserts(connection.dialect, InstallationFact, [{"name": "c", "value": "3"}])

        first, one, empty, two = execute_each(
            connection, [*insert, SqlStatement("SELECT 1"), *none, SqlStatement("SELECT 2")]
        )

    assert (sorted(first), one, empty, two) == ([("a",), ("b",)], [(1,)], [], [(2,)])
    with database.reading() as session:
        assert values(session) == {"a": "1", "b": "2", "c": "3"}


def test_what_is_compiled_once_takes_other_values_each_time(database):
    with database.writing() as session:
        connection = session.connection()
        execute(connection, *inserts(connection.dialect, InstallationFact, FACTS))
        named = (
            select(InstallationFact.value)
            .where(InstallationFact.name == bindparam("name"))
            .limit(1)
        )
        found = CompiledSql(named, connection.dialect)

        assert [execute(connection, found.with_values({"name": name})) for name in "abz"] == [
            [("1",)],
            [("2",)],
            [],
        ]


@pytest.mark.parametrize("number", [1, 2])
def test_what_the_database_refuses_is_raised_as_sqlalchemy_raises_it_and_nothing_is_kept(
    database, number
):
    refused = inserts(database.engine.dialect, InstallationFact, [FACTS[0], FACTS[0]])

    with pytest.raises(IntegrityError) as raised, database.writing() as session:
        execute_each(session.connection(), [*refused, SqlStatement("SELECT 1")][:number])

    assert "'1'" not in str(raised.value)  # values are patients' own
    with database.writing() as session:
        assert values(session) == {}
        # It works on
        assert session.scalar(select(func.count()).select_from(InstallationFact)) is not None


def test_the_first_error_is_told_and_not_what_follows_from_it(database):
    with pytest.raises(DBAPIError, match="nowhere"), database.writing() as session:
        execute_each(
            session.connection(), [SqlStatement("SELECT 1 FROM nowhere"), SqlStatement("SELECT 2")]
        )


def test_an_error_names_all_statements_that_travelled_together(database):
    with pytest.raises(DBAPIError) as raised, database.writing() as session:
        execute_each(
            session.connection(), [SqlStatement("SELECT 1"), SqlStatement("SELECT 2 FROM nowhere")]
        )

    assert raised.value.statement == "SELECT 1; SELECT 2 FROM nowhere"


AWKWARD = ["", "é", "O'Brien", 'a "b" \\ \\n', "%s %% ? :a $1", "\u2028\r\n", "😀", "null", "{}"]
AT = datetime(2026, 11, 1, 5, 30, 0, 123_456, tzinfo=UTC)
ELSEWHERE = AT.astimezone(timezone(timedelta(hours=-5)))


@pytest.mark.parametrize("number", [1, 3, 501])
def test_rows_hold_what_was_given(database, number):
    rows: dict[type[Base], list[dict[str, Any]]] = {
        ConsentOpening: [
            {
                "leaf": at.to_bytes(2, "big") * 16,
                "values": dict.fromkeys(AWKWARD, AWKWARD[at % len(AWKWARD)]),
            }
            for at in range(number)
        ],
        Suppression: [
            {
                "clinic": AWKWARD[at % len(AWKWARD)],
                "address_hash": str(at),
                "channel": Channel.EMAIL,
                "purpose": Purpose.NEWS,
                "is_former": at % 2 == 0,
                "since": ELSEWHERE,
                "lifted_at": None if at % 3 else AT,
            }
            for at in range(number)
        ],
        RateCounter: [
            {"name": "a", "key": str(at), "since": AT, "until": AT, "times": at}
            for at in range(number)
        ],
    }

    with database.writing() as session:
        connection = session.connection()
        statements = [
            one for model, some in rows.items() for one in inserts(connection.dialect, model, some)
        ]
        execute(connection, *combined(connection.dialect, statements))

    with database.reading() as session:
        for model, given in rows.items():
            found = [
                {name: getattr(one, name) for name in given[0]}
                for one in session.scalars(select(model))
            ]
            assert sorted(found, key=repr) == sorted(given, key=repr)


def test_several_inserts_return_the_rows_of_the_last(database):
    counter = {"name": "a", "since": AT, "until": AT, "times": 1}

    with database.writing() as session:
        connection = session.connection()
        statements = [
            *inserts(connection.dialect, InstallationFact, FACTS),
            *inserts(
                connection.dialect,
                RateCounter,
                [{**counter, "key": key} for key in "xy"],
                returning=["key"],
            ),
        ]
        found = execute(connection, *combined(connection.dialect, statements))

    assert sorted(found) == [("x",), ("y",)]
    with database.reading() as session:
        assert values(session) == {"a": "1", "b": "2"}


def test_listeners_hear_of_them(database):
    heard = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: heard.append(call[2]))

    with database.writing() as session:
        connection = session.connection()
        heard.clear()
        execute_each(connection, [SqlStatement("SELECT 1"), SqlStatement("SELECT 2")])

    assert heard == ["SELECT 1", "SELECT 2"]


@ONLY_POSTGRESQL
@pytest.mark.parametrize("number", [1, 3])
def test_a_connection_that_is_lost_is_given_up(database, number):
    with database.writing() as session:
        end(database, execute(session.connection(), SqlStatement("SELECT pg_backend_pid()"))[0][0])
        with pytest.raises(OperationalError) as raised:
            execute_each(session.connection(), [SqlStatement("SELECT 1")] * number)
        session.rollback()

    assert raised.value.connection_invalidated
    assert pid(database)
