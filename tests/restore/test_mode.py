"""Restore mode: on when the database is older than what was signed, and off in every other case."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select

from intake.ledger.seal import seal
from intake.models import InstallationFact, OutboxEntry
from intake.outbox import Progress
from intake.restore.mode import ENTERED, RestoreMode, last_entry, leave_restore_mode
from tests.conftest import NOON
from tests.factories import Factory
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import back_to

DONE = Progress(done=1)


@pytest.fixture
def sealed(database, clinic, folder):
    """`sealed()`: somebody asks, and the log is sealed; returns how many entries it has."""

    def asking():
        with database.writing() as session:
            Factory(session, clinic)()
        with database.writing() as session:
            return seal(session, folder, "consult-intake/riverside", now=NOON).size

    return asking


def put_back(database, size):
    """As a backup of then, as far as the log goes."""
    with as_administrator(database) as connection:
        back_to(size)(connection)


def test_it_is_off_for_a_new_installation_an_unchanged_one_and_one_that_goes_on(
    database, folder, sealed
):
    mode = RestoreMode(database, folder)
    answers = [mode.problem()]
    sealed()
    answers.append(mode.problem())
    sealed()
    answers.append(mode.problem())

    assert answers == [None, None, None]


def test_steps_rest_and_say_what_to_do_until_the_log_goes_on(
    database, folder, sealed, clinic, tmp_path
):
    size = sealed()
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    sealed()
    mode, done = RestoreMode(database, folder), list[object]()

    def act(now):
        done.append(now)
        return DONE

    step = mode.guarded(act)
    assert step(NOON) is DONE

    put_back(database, size)
    resting = step(NOON)

    assert len(done) == 1
    assert "intake restore" in (resting.problem or "")
    assert (resting.not_before, resting.done) == (NOON + timedelta(seconds=10), 0)
    shutil.copytree(before, folder, dirs_exist_ok=True)  # as if the head had been of the backup
    assert step(NOON) is DONE


def test_where_the_backup_ends_is_noted_once(database, folder, sealed, clinic):
    size = sealed()
    sealed()
    put_back(database, size)
    with database.reading() as session:
        entries = session.scalars(select(OutboxEntry.id)).all()
    RestoreMode(database, folder).enter_if_on(now=NOON)
    with database.writing() as session:
        Factory(session, clinic)()
    RestoreMode(database, folder).enter_if_on(now=NOON + timedelta(hours=1))

    with database.writing() as session:
        assert last_entry(session) == max(entries)
        leave_restore_mode(session)
        session.flush()
        assert last_entry(session) > max(entries)
        assert session.get(InstallationFact, ENTERED) is None


def test_a_damaged_head_is_another_check_s_matter(database, folder, sealed):
    sealed()
    (folder / "kept_head.json").write_text("{}")

    assert RestoreMode(database, folder).problem() is None
