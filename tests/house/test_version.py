"""The version is said in one place, stands in the changelog, and is stored with each consent
event.
"""

import re
import subprocess
import sys
from datetime import date

from click.testing import CliRunner
from sqlalchemy import select

import intake
from intake.cli import main
from intake.consent import act
from intake.consent.reconcile import reconcile
from intake.consent.withdraw import withdraw
from intake.models import ConsentEvent, Decision, Purpose
from tests.conftest import NOON, ROOT
from tests.consent.telling import BUTTON
from tests.factories import ADDRESS_KEY, Factory

CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
RELEASES = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", CHANGELOG, re.MULTILINE)


def test_the_newest_release_in_the_changelog_is_the_version_of_the_package():
    assert RELEASES[0][0] == intake.__version__, (
        "raise __version__ in intake/__init__.py and CHANGELOG.md together"
    )


def test_the_changelog_begins_with_what_is_not_released_and_goes_back_in_time():
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    days = [date.fromisoformat(day) for _, day in RELEASES]
    numbers = [tuple(map(int, version.split("."))) for version, _ in RELEASES]

    assert headings[0] == "[Unreleased]"
    assert len(RELEASES) == len(headings) - 1, "a release is written as ## [1.2.3] - 2026-11-28"
    assert days == sorted(days, reverse=True)
    assert numbers == sorted(numbers, reverse=True)


def test_the_version_is_said_once():
    said = [
        path.relative_to(ROOT).as_posix()
        for path in [ROOT / "pyproject.toml", *(ROOT / "intake").rglob("*.py")]
        if f'"{intake.__version__}"' in path.read_text()
    ]

    assert said == ["intake/__init__.py"]
    assert intake.__version__ in CliRunner().invoke(main, ["--version"]).output


def test_an_installed_package_has_this_version():
    asked = [sys.executable, "-m", "hatchling", "metadata", "version"]

    assert subprocess.run(
        asked, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip() == (intake.__version__)


def test_an_event_keeps_the_version_that_recorded_it(database, clinic, monkeypatch):
    monkeypatch.setattr(act, "__version__", "0.1.0")
    with database.writing() as session:
        ana = Factory(session, clinic)(agreed_to={Purpose.NEWS}, now=NOON)
    monkeypatch.undo()
    with database.writing() as session:
        ana = session.merge(ana)
        withdraw(
            session, ana, {Purpose.NEWS}, BUTTON, clinic=clinic, address_key=ADDRESS_KEY, now=NOON
        )

    with database.reading() as session:
        events = session.execute(
            select(ConsentEvent.decision, ConsentEvent.release).order_by(ConsentEvent.id)
        ).all()
        assert list(reconcile(session, clinic.key)) == []
    assert {release for decision, release in events if decision is not Decision.WITHDRAWN} == {
        "0.1.0"
    }
    assert {release for decision, release in events if decision is Decision.WITHDRAWN} == {
        intake.__version__
    }
