"""A database that is used again is as new, and whatever could not be brought back is not used
again.
"""

from typing import Any

import pytest
from sqlalchemy import create_engine, text

from intake.db import Base, Database
from intake.models import Purpose
from tests.databases import Templates
from tests.factories import Factory

PRIVATE = """
    SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s %s', sequencename, start_value, last_value) FROM pg_sequences
    WHERE schemaname = 'public' ORDER BY 1
"""
"""What tables do not show: whether triggers are awake, and the number that comes next."""


@pytest.fixture(scope="module")
def renewing(tmp_path_factory, clinic):
    """Templates for these tests alone."""
    return Templates(tmp_path_factory.mktemp("renewing"), clinic, "renewing")


def everything(url: str) -> dict[str, list[Any]]:
    database = Database(url)
    with database.reading() as session:
        found = {
            name: list(session.execute(table.select()))
            for name, table in Base.metadata.tables.items()
        }
        found["private"] = list(session.scalars(text(PRIVATE.replace(":", r"\:"))))
    database.dispose()
    return found


def test_a_database_that_is_used_again_is_as_it_was_before(renewing, postgres, clinic):
    url = renewing.postgresql(postgres)
    as_new = everything(url)
    database = Database(url)
    with database.writing() as session:
        Factory(session, clinic)(agreed_to={Purpose.NEWS})
    assert everything(url) != as_new
    database.dispose()
    renewing.take_back(url)

    again = renewing.postgresql(postgres)

    assert (again, everything(again)) == (url, as_new)
    assert as_new["consent_statement"]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE consent_event DISABLE TRIGGER ALL",
        "DROP TABLE mail_sent",
        "CREATE TABLE left_behind (id integer)",
        "ANALYZE lead",
        "GRANT SELECT ON lead TO PUBLIC",
        (
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 1000', "
            "current_database()); END $$"
        ),
    ],
)
def test_what_a_test_altered_is_not_used_again(renewing, postgres, statement):
    url = renewing.postgresql(postgres)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
    renewing.take_back(url)

    assert renewing.postgresql(postgres) != url


def test_a_database_in_which_somebody_is_still_connected_is_not_used_again(renewing, postgres):
    url = renewing.postgresql(postgres)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM lead"))
        renewing.take_back(url)

        assert renewing.postgresql(postgres) != url
    engine.dispose()
