"""Rewriting the files after an erasure: what others keep alive meanwhile is not called gone.

PostgreSQL leaves the old version of a row in the file for whoever may still see it; SQLite leaves
it in its log.
"""

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text

from intake.db import Database
from intake.models import InstallationFact, Lead
from intake.privacy import scrub_postgresql
from intake.privacy.erase import Ground, erase
from intake.privacy.scrub import HELD, REMEDY, Scrubbed, ask_to_scrub, is_scrub_due, scrub
from intake.staff.actor import COMMAND_LINE
from tests.conftest import NOON
from tests.databases import address
from tests.engines import ONLY_POSTGRESQL, ONLY_SQLITE
from tests.factories import Factory
from tests.privacy.held import files_of, files_that_tell, traces, zuzanna


@pytest.fixture
def stored(database, clinic):
    """Zuzanna beside somebody else, with statistics that hold both; returns her id and what would
    tell of her.
    """
    with database.writing() as session:
        lead = zuzanna(session, clinic)
        Factory(session, clinic)(name="Somebody Else", email="else@example.com")
    with database.owning() as connection:
        connection.execute(text("ANALYZE"))
    kept = traces(lead)
    kept.pop("address")  # stays as a suppression
    return lead.id, kept


def erase_her(database: Database, lead_id: int) -> None:
    with database.writing() as session:
        erase(
            session,
            session.get_one(Lead, lead_id),
            COMMAND_LINE,
            ground=Ground.ASKED,
            endpoint="",
            now=NOON,
        )


@pytest.fixture
def another(postgres, database):
    """A transaction of somebody else, which began before the erasure."""
    opened = []

    def begin(name: str, statement: str):
        engine = create_engine(name or database.url, isolation_level="REPEATABLE READ")
        connection = engine.connect()
        connection.execute(text(statement))
        opened.append((engine, connection))
        return connection

    yield {
        "a report on the same database": lambda: begin("", "SELECT count(*) FROM lease"),
        "a writer in another database": lambda: begin(
            address(postgres, "postgres"), "SELECT pg_current_xact_id()"
        ),
    }
    for engine, connection in opened:
        connection.close()
        engine.dispose()


OTHERS = pytest.mark.parametrize(
    "other", ["a report on the same database", "a writer in another database"]
)


@ONLY_POSTGRESQL
@OTHERS
def test_old_rows_that_another_transaction_keeps_are_not_called_gone(
    database, stored, another, other
):
    lead_id, kept = stored
    connection = another[other]()
    erase_her(database, lead_id)

    said = scrub(database, pause=lambda _: None)

    assert said == Scrubbed(False, HELD)
    assert files_that_tell(files_of(database), kept), "the transaction that is open keeps them"
    with database.reading() as session:
        assert is_scrub_due(session)
    connection.rollback()
    assert scrub(database, pause=lambda _: None).done
    assert files_that_tell(files_of(database), kept) == []


@ONLY_POSTGRESQL
@OTHERS
def test_a_transaction_that_ends_soon_is_waited_for(database, stored, another, other):
    lead_id, kept = stored
    connection = another[other]()
    erase_her(database, lead_id)

    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        connection.rollback()

    said = scrub(database, pause=pause)

    assert said.done
    assert len(pauses) < 10, "no longer than until it had ended"
    assert files_that_tell(files_of(database), kept) == []


@ONLY_POSTGRESQL
def test_the_statistics_of_the_planner_hold_nothing_of_the_person(database, stored):
    lead_id, kept = stored
    with database.owning() as connection:
        folder, statistics = connection.execute(
            text("SELECT current_setting('data_directory'), pg_relation_filepath('pg_statistic')")
        ).one()
    files_of(database)  # brings all to the disk
    assert kept["name"] in (Path(folder) / statistics).read_bytes()
    erase_her(database, lead_id)

    assert scrub(database).done

    assert files_that_tell(files_of(database), kept) == []


@ONLY_POSTGRESQL
@pytest.mark.parametrize(
    "told",
    [
        [],
        ["nothing that could be read as a number"],
        ["3 dead rows", "0 dead rows"],
        ["0 dead rows", "1 dead row"],
        ["0 dead rows", "no number"],
    ],
)
def test_what_the_server_does_not_say_is_gone_is_not_called_gone(database, monkeypatch, told):
    monkeypatch.setattr(scrub_postgresql, "_told_by_rewriting", lambda *_: told)

    assert scrub(database, pause=lambda _: None) == Scrubbed(False, HELD)


def test_what_else_is_known_of_the_installation_does_not_keep_it_due(database):
    with database.writing() as session:
        session.add_all(InstallationFact(name=name, value=name) for name in ("a fact", "z fact"))
        ask_to_scrub(session, now=NOON)

    assert scrub(database).done

    with database.reading() as session:
        assert not is_scrub_due(session)
        assert sorted(session.scalars(select(InstallationFact.name))) == ["a fact", "z fact"]


def test_files_of_which_nobody_was_erased_can_be_rewritten_as_well(database):
    assert scrub(database).done

    with database.reading() as session:
        assert not is_scrub_due(session)


def test_an_erasure_while_the_files_are_rewritten_makes_it_due_again(database, monkeypatch):
    with database.writing() as session:
        ask_to_scrub(session, now=NOON)
    owning = database.owning

    @contextmanager
    def another_is_erased_before_it_ends():
        with owning() as connection:
            yield connection
        with database.writing() as session:
            ask_to_scrub(session, now=NOON + timedelta(seconds=1))

    monkeypatch.setattr(database, "owning", another_is_erased_before_it_ends)

    assert scrub(database).done

    with database.reading() as session:
        assert is_scrub_due(session)


@ONLY_SQLITE
def test_a_reader_of_sqlite_keeps_the_former_pages_and_that_is_said(database, stored):
    # Seconds that SQLite waits for the reader
    hurried = Database(f"sqlite:///{database.url.database}", patience=0.1)
    lead_id, kept = stored
    with database.reading() as reader:
        reader.get_one(Lead, lead_id)
        erase_her(database, lead_id)

        assert scrub(hurried) == Scrubbed(False, HELD)

    assert scrub(hurried).done
    hurried.dispose()
    assert files_that_tell(files_of(database), kept) == []


@ONLY_SQLITE
def test_files_that_somebody_writes_to_cannot_be_rewritten_and_that_is_said(database, stored):
    hurried = Database(f"sqlite:///{database.url.database}", patience=0.1)
    erase_her(database, stored[0])
    with database.writing() as session:
        session.execute(text("UPDATE lead SET name = name"))
        said = scrub(hurried)

    hurried.dispose()
    assert said == Scrubbed(
        False, f"The files could not be rewritten now (OperationalError). {REMEDY}"
    )
    with database.reading() as session:
        assert is_scrub_due(session)


@ONLY_POSTGRESQL
def test_a_table_on_which_somebody_works_is_tried_again_for_a_while(database, stored, another):
    lead_id, kept = stored
    erase_her(database, lead_id)
    connection = another["a report on the same database"]()
    connection.execute(text("SELECT count(*) FROM lead"))  # holds a lock on the table until its end
    pauses = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            connection.rollback()

    assert scrub(database, pause=pause).done
    assert len(pauses) == 3
    assert files_that_tell(files_of(database), kept) == []


@ONLY_POSTGRESQL
def test_who_never_ends_is_given_up_after_ten_seconds_for_each_try(database, stored, another):
    lead_id, _ = stored
    erase_her(database, lead_id)
    connection = another["a report on the same database"]()
    connection.execute(text("SELECT count(*) FROM lead"))
    pauses = list[float]()

    assert not scrub(database, pause=pauses.append).done

    # The table is waited for in each of three tries, and before the second and third whoever is at
    # work
    assert sum(pauses) == pytest.approx(5 * 10)
