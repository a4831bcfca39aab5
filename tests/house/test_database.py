"""The law of the database."""

import stat
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from intake.consent.reconcile import reconcile
from intake.consent.withdraw import withdraw
from intake.db import MIGRATIONS, Database, newest_migration
from intake.migrate import alembic_config, migrate
from intake.models import (
    ConsentEvent,
    ConsentOpening,
    Decision,
    Lead,
    MailSent,
    OutboxEntry,
    Purpose,
    Role,
    Topic,
)
from intake.privacy.erase import Ground, erase
from intake.staff.actor import COMMAND_LINE
from intake.staff.reconcile import reconcile_accesses
from tests.conftest import NOON
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, staff
from tests.house.migrations import differences


def test_the_migrated_schema_is_what_the_models_say(database):
    assert differences(database) == []
    assert database.is_current()


def test_migrations_lead_down_and_up_again(database):
    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}

    migrate(database)

    assert differences(database) == []


def test_a_name_that_was_stored_before_names_were_folded_is_found(database, lead, session):
    lead(name="Ana O’Neil-Đặng")
    session.commit()
    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), "0003")

    migrate(database)

    session.expire_all()
    assert session.scalars(select(Lead.name_folded)).all() == ["anaoneildang"]


def test_what_was_stored_before_it_was_bound_is_bound_as_it_stands(database, clinic, lead, session):
    lead(name="Ana O’Neil-Đặng", email="ana@example.com", what_hurts="Le genou « droit »\n\t\x7f")
    gone = lead(name="Bo")
    staff(session, Role.OWNER, name="Olu « Ade »", until=NOON)
    session.commit()
    erase(session, gone, COMMAND_LINE, ground=Ground.ASKED, endpoint="test", now=NOON)
    session.commit()
    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), "0009")
        connection.execute(text("UPDATE lead SET name = 'Ana' WHERE name <> ''"))

    migrate(database)

    session.expire_all()
    assert [*reconcile(session, clinic.key), *reconcile_accesses(session)] == []


def test_answers_of_one_form_and_answers_with_a_record_of_their_own_outlive_going_back(
    database, clinic, lead, session
):
    ana = lead(agreed_to={Purpose.NEWS})
    withdraw(session, ana, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON)
    event = session.scalars(
        select(ConsentEvent).where(ConsentEvent.decision == Decision.WITHDRAWN)
    ).one()
    mail = OutboxEntry(topic=Topic.LINK, lead=ana, asked_at=NOON, due_at=NOON)
    session.add(mail)
    session.flush()
    session.add(
        MailSent(
            entry_id=mail.id,
            lead_id=ana.id,
            message="link",
            message_class="service",
            ground="x",
            message_id="1",
            consent_event_id=event.id,
            template_sha256="0" * 64,
            sent_at=NOON,
        )
    )
    opened = sorted(
        session.execute(select(ConsentOpening.leaf, ConsentOpening.values)).all(), key=str
    )
    session.commit()
    with database.migrating() as connection:
        command.downgrade(alembic_config(connection), "0010")

    migrate(database)

    session.expire_all()
    assert list(reconcile(session, clinic.key)) == []
    assert (
        sorted(session.execute(select(ConsentOpening.leaf, ConsentOpening.values)).all(), key=str)
        == opened
    )
    assert session.scalars(select(MailSent.consent_event_id)).one() == event.id
    session.commit()
    # The guard of our own connections would refuse it before the triggers do
    unguarded = create_engine(database.url)
    for change in ("UPDATE consent_event SET decision = 'given'", "DELETE FROM mail_sent"):
        with pytest.raises(DBAPIError, match="append-only"), unguarded.begin() as connection:
            connection.execute(text(change))
    unguarded.dispose()


def test_upgrading_again_changes_nothing(database, lead, session):
    lead()
    session.commit()

    migrate(database)

    assert session.query(Lead).count() == 1


def test_sqlite_is_set_up_to_keep_what_it_confirmed(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'folder' / 'intake.db'}")
    with database.reading() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    database.dispose()

    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }
    assert stat.S_IMODE((tmp_path / "folder" / "intake.db").stat().st_mode) == 0o600


def test_a_writer_on_sqlite_takes_the_lock_before_it_reads(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'intake.db'}")
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))

    with database.writing() as session:
        session.execute(text("SELECT 1"))
    with database.reading() as session:
        session.execute(text("SELECT 2"))

    assert said == ["BEGIN IMMEDIATE", "SELECT 1", "BEGIN", "SELECT 2"]
    database.dispose()


def test_a_time_without_a_zone_is_refused(session, lead):
    lead().received_at = datetime(2026, 1, 1)  # noqa: DTZ001

    with pytest.raises(StatementError, match="without a zone"):
        session.flush()


def test_times_come_back_in_utc(session, lead):
    ana = lead(now=NOON)
    session.flush()
    session.expire(ana)

    assert (ana.received_at, str(ana.received_at.tzinfo)) == (NOON, "UTC")


def test_foreign_keys_are_enforced(session):
    session.add(OutboxEntry(topic=Topic.QUEUE_ROW, lead_id=999, asked_at=NOON, due_at=NOON))

    with pytest.raises(IntegrityError):
        session.flush()


def test_errors_of_the_database_quote_no_patient(session, lead):
    ana, ben = lead(name="Zuzanna Secret"), lead(phone="416 555 0124")
    ben.ref, ben.name = ana.ref, "Zuzanna Secret"

    with pytest.raises(IntegrityError) as caught:
        session.flush()

    assert "Zuzanna" not in str(caught.value)


def test_the_newest_migration_is_the_one_that_its_file_is_named_for():
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert scripts.get_heads() == [newest_migration()]
    assert all(
        Path(script.path).name.startswith(f"{script.revision}_")
        for script in scripts.walk_revisions()
    )


@pytest.mark.parametrize("said", [[], ["0001"], ["9999"], ["0001", "9999"]])
def test_a_database_that_names_anything_but_the_newest_migration_is_not_current(database, said):
    with database.migrating() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        for number in said:
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:number)"), {"number": number}
            )

    assert not database.is_current()


def test_an_empty_database_is_not_current(tmp_path: Path):
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")

    assert not fresh.is_current()

    fresh.dispose()
