"""`intake shell`, fed as from a pipe."""

import pytest
from click.testing import CliRunner

from intake.cli import main
from intake.db import Database
from tests.factories import Factory


@pytest.fixture
def shell(tmp_path, clinic, monkeypatch):
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    runner = CliRunner()
    assert runner.invoke(main, ["db", "upgrade"]).exit_code == 0
    assert runner.invoke(main, ["consent", "publish", "--yes"]).exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'intake.db'}")
    with database.writing() as session:
        Factory(session, clinic)(name="Ana")
    database.dispose()

    def typed(*lines):
        ended = runner.invoke(main, ["shell"], input="\n".join(lines) + "\n")
        assert ended.exit_code == 0
        return ended.output

    return typed


def test_a_shell_knows_clinic_database_session_clock_and_models(shell):
    said = shell(
        "clinic.display_name",
        "database.is_current()",
        "now().tzinfo",
        "from sqlalchemy import select",
        "session.scalars(select(Lead)).one().name",
    )

    assert "'Riverside Physio & Wellness'" in said
    assert "True" in said
    assert "datetime.timezone.utc" in said
    assert "'Ana'" in said


def test_the_session_of_a_shell_keeps_nothing(shell):
    said = shell("session.get(Lead, 1).name = 'Eve'", "session.commit()")

    assert "ReadsOnly: This session reads only." in said
    assert "'Ana'" in shell("session.get(Lead, 1).name")


def test_a_mistake_does_not_end_the_shell(shell):
    said = shell("1 / 0", "clinic.key")

    assert "ZeroDivisionError" in said
    assert "'riverside'" in said
