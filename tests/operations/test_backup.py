"""A copy to restore from."""

import stat

import pytest
from sqlalchemy import select

from intake.consent.reconcile import reconcile
from intake.db import Database
from intake.ledger.seal import seal
from intake.models import Lead
from intake.operations.backup import NotBackedUp, back_up
from tests.conftest import NOON
from tests.factories import Factory

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"])


@ONE_ENGINE
def test_a_copy_is_whole_and_of_one_moment_while_somebody_writes(database, clinic, tmp_path):
    with database.writing() as session:
        add = Factory(session, clinic)
        add(name="Ana")
        session.flush()
        seal(session, tmp_path / "ledger", "test/log", now=NOON)
    target = tmp_path / "copy.db"
    with database.writing() as session:
        Factory(session, clinic)(name="Ben")
        session.flush()

        size = back_up(database, target)

    assert target.stat().st_size == size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    restored = Database(f"sqlite:///{target}")
    assert restored.is_current()
    with restored.reading() as session:
        assert session.scalars(select(Lead.name)).all() == ["Ana"]
        assert list(reconcile(session, clinic.key)) == []
    restored.dispose()


@ONE_ENGINE
def test_nothing_is_overwritten_and_nothing_half_written_stays(database, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("yesterday's")
    with pytest.raises(NotBackedUp, match="is there already"):
        back_up(database, target)
    assert target.read_text() == "yesterday's"

    with pytest.raises(NotBackedUp, match="could not be written"):
        back_up(database, tmp_path / "nowhere" / "copy.db")
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["copy.db"]


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_postgresql_has_its_own(database, tmp_path):
    with pytest.raises(NotBackedUp, match="pg_dump"):
        back_up(database, tmp_path / "copy.db")
