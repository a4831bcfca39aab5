"""The commands, as somebody types them who has the machine."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from intake.cli import main
from intake.consent.publishing import publish
from intake.db import Database
from intake.models import Erasure, Lead, Purpose
from tests.conftest import NOON
from tests.factories import Factory


@pytest.fixture
def database(templates, tmp_path, clinic, monkeypatch):
    """An installation with one request of Ana's, who agreed to news."""
    url = templates.sqlite()
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("INTAKE_DATABASE_URL", url)
    database = Database(url)
    with database.writing() as session:
        publish(session, clinic, now=NOON)
        for _ in range(2):
            Factory(session, clinic)(name="Ana Nowak", agreed_to={Purpose.NEWS})
    yield database
    database.dispose()


def run(*arguments, said=None):
    return CliRunner().invoke(main, arguments, input=said)


def leads(database):
    with database.reading() as session:
        return session.scalars(select(Lead).order_by(Lead.id)).all()


def test_erasing_asks_for_the_reference_again_and_gives_a_certificate(database):
    ana, other = leads(database)

    done = run("lead", "erase", ana.ref.lower(), said=f"{ana.ref}\n")

    assert done.exit_code == 0, done.output
    assert "Certificate of erasure" in done.output
    assert "raw bytes no longer hold the person" in done.output
    assert f"not erased: {other.ref}" in done.output
    for personal in ("Nowak", "ana@", "+1416"):
        assert personal not in done.output
    assert "\nOK: " in run("consent", "verify").output
    again = run("lead", "erase", ana.ref).output
    assert again.splitlines()[0] in done.output


@pytest.mark.parametrize("typed", ["K7F-2QGX\n", ""])
def test_another_reference_or_none_erases_nothing(database, typed):
    ana, _ = leads(database)

    done = run("lead", "erase", ana.ref, said=typed)

    assert (done.exit_code, "Nothing was erased" in done.output) == (1, True)
    assert all(lead.name for lead in leads(database))


def test_a_reference_that_is_not_there_is_one_clear_line(database):
    done = run("lead", "erase", "K7F-2QGX", "--yes")

    assert (done.exit_code, done.output) == (
        1,
        "Error: There is no request K7F-2QGX; check the reference.\n",
    )


def test_retention_says_what_would_go_and_then_what_went(database):
    with database.writing() as session:
        session.get_one(Lead, 1).hold_reason = "too fast"
        session.get_one(Lead, 1).received_at = NOON.replace(year=2020)

    told = run("retention", "run", "--dry-run").output
    assert (
        "     1  requests held back as a machine’s for 30 days: erased, the oldest since "
        "2020-11-23\n"
    ) in told
    assert leads(database)[0].name
    done = run("retention", "run").output
    assert done.startswith("     1  requests held back as a machine’s for 30 days: erased\n")
    assert run("retention", "run").output == "Nothing is over by the policy.\n"
    with database.reading() as session:
        assert session.scalars(select(Erasure.ground)).all() == ["retention"]


def test_scrubbing_can_be_asked_for(database):
    assert run("db", "scrub").exit_code == 0
