"""INTAKE_LOG_LEVEL: which log lines are written."""

import logging

import pytest
from click.testing import CliRunner

from intake.app import from_environ
from intake.cli import main
from intake.config import ConfigError, Settings

HOUSE = logging.getLogger("intake")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("warning", logging.WARNING),
        ("error", logging.ERROR),
        ("info", logging.INFO),
        ("", logging.INFO),
    ],
)
def test_a_command_and_the_web_application_write_lines_from_this_level_on(
    given, level, monkeypatch
):
    monkeypatch.setenv("INTAKE_LOG_LEVEL", given)

    CliRunner().invoke(main, ["doctor"])
    assert HOUSE.level == level

    HOUSE.setLevel(logging.NOTSET)
    from_environ()
    assert HOUSE.level == level


@pytest.mark.parametrize("given", ["loud", "INFO ", "10", "debug"])
def test_a_wrong_level_is_refused_by_name(given, monkeypatch):
    with pytest.raises(
        ConfigError, match="INTAKE_LOG_LEVEL: Input should be 'info', 'warning' or 'error'"
    ):
        Settings.from_environ({"INTAKE_LOG_LEVEL": given})

    monkeypatch.setenv("INTAKE_LOG_LEVEL", given)
    said = CliRunner().invoke(main, ["doctor"])

    assert said.exit_code == 1
    assert "INTAKE_LOG_LEVEL" in said.output


def test_help_is_shown_although_a_level_is_wrong(monkeypatch):
    monkeypatch.setenv("INTAKE_LOG_LEVEL", "loud")

    assert CliRunner().invoke(main, ["doctor", "--help"]).exit_code == 0
