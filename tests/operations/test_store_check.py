"""Ready means that a request can be stored at this moment."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from intake.consent.publishing import publish
from intake.db import Database
from intake.models import WriteProbe
from intake.operations import store_check
from intake.operations.cached_finding import CachedFinding
from intake.operations.finding import fine
from intake.operations.store_check import check_clinic_key, check_room, check_store
from tests.conftest import NOON
from tests.factories import staff
from tests.outages import full, locked, read_only

ONLY_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"])
ONLY_POSTGRESQL = pytest.mark.parametrize("engine_name", ["postgresql"])
A_SECOND = timedelta(seconds=1)


def test_a_sound_database_takes_writes_and_keeps_nothing_of_the_probe(database):
    found = check_store(database)

    assert (
        found.line
        == f"ok    database: {database.url.get_backend_name()}, schema current, takes writes"
    )
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WriteProbe)) == 0


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(full, "no room left"), (read_only, "is read-only"), (locked, "is locked")],
)
def test_sqlite_that_cannot_store_is_not_fit_and_the_reason_is_told(
    database, monkeypatch, spoil, reason
):
    monkeypatch.setattr(store_check, "PATIENCE", 0.05)

    with spoil(database):
        found = check_store(database)

    assert found.is_failure
    assert reason in found.sentence
    assert not check_store(database).is_failure


@ONLY_SQLITE
def test_the_probe_really_reaches_the_disk(database):
    with database.owning() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        check_store(database)
        _, written, _ = connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)")).one()

    assert written * 4096 >= store_check.SIZE["sqlite"], (
        "as many pages as the longest request changes"
    )


@ONLY_POSTGRESQL
def test_the_probe_is_flushed_to_postgresqls_log(database):
    with database.reading() as session:
        before = session.scalar(text("SELECT pg_current_wal_flush_lsn()"))
    check_store(database)

    with database.reading() as session:
        grown = session.scalar(
            text("SELECT pg_current_wal_flush_lsn() - CAST(:lsn AS pg_lsn)"), {"lsn": before}
        )
    assert grown >= store_check.SIZE["postgresql"]


@ONLY_POSTGRESQL
def test_a_role_that_lost_a_permission_is_not_fit(database):
    url = database.url.set(username="rights_lost")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "DROP ROLE IF EXISTS rights_lost",
            "CREATE ROLE rights_lost LOGIN",
            "GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA public TO rights_lost",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rights_lost",
            "REVOKE INSERT ON lead FROM rights_lost",
        ):
            connection.execute(text(statement))
    role = Database(url.render_as_string(hide_password=False))

    assert "may not use lead;" in check_store(role).sentence
    with database.engine.begin() as connection:
        connection.execute(text("REVOKE INSERT ON write_probe FROM rights_lost"))
    assert "refuses us" in check_store(role).sentence
    role.dispose()
    with database.engine.begin() as connection:
        connection.execute(text("DROP OWNED BY rights_lost"))


def test_a_store_that_becomes_read_only_is_not_ready_and_is_again_without_a_restart(
    database, served, clock
):
    client = served
    assert client.get("/readyz").response.json["status"] == "ready"
    clock.now += A_SECOND

    with read_only(database):
        client.house.database.dispose()
        away = client.get("/readyz")
        form = client.submit()
    clock.now += A_SECOND

    assert away.status == 503
    assert "is read-only" in away.response.json["database"]
    assert form.status == 503
    assert client.get("/readyz").status == 200
    assert client.submit().status == 200


def test_a_watcher_that_asks_all_the_time_makes_no_work(clock):
    kept, asked = CachedFinding(A_SECOND), []

    def ask():
        asked.append(clock())
        return fine("database", "takes writes")

    for _ in range(100):
        kept.finding(ask, clock)
    clock.now += A_SECOND
    kept.finding(ask, clock)
    clock.now = NOON - timedelta(days=1)  # a clock that was set back keeps no old answer alive
    kept.finding(ask, clock)

    assert len(asked) == 3


@ONLY_SQLITE
def test_the_doctor_warns_before_the_disk_is_full(database, monkeypatch):
    assert list(check_room(database)) == []
    monkeypatch.setattr(store_check, "LITTLE_ROOM", 2**80)

    (found,) = check_room(database)

    assert found.is_warning
    assert "MB are free" in found.sentence


def test_a_new_database_is_any_clinics_own(database):
    assert not check_clinic_key(database, "riverside").is_failure


def published_elsewhere(session, lead, clinic):
    publish(session, clinic.model_copy(update={"key": "elsewhere"}), now=NOON)


def one_request_elsewhere(session, lead, clinic):
    lead()
    lead(phone="416 555 0177").clinic = "zoo"


def staff_elsewhere(session, lead, clinic):
    lead()
    staff(session, name="Ben", clinic="elsewhere")


@pytest.mark.parametrize("put", [published_elsewhere, one_request_elsewhere, staff_elsewhere])
def test_another_clinics_database_is_refused_by_name(database, session, clinic, lead, put):
    put(session, lead, clinic)
    session.commit()

    found = check_clinic_key(database, clinic.key)

    assert found.is_failure
    assert "“zoo”" in found.sentence or "“elsewhere”" in found.sentence
    assert "INTAKE_DATABASE_URL" in found.sentence
