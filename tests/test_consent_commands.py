"""The commands for consent, as a person types them."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from intake.cli import main
from intake.config import Settings
from intake.db import Database
from intake.models import AccessLogEntry, Act, Lead, Purpose
from tests.conftest import ROOT, SECRET
from tests.factories import answers, shown, submit_callback

A_WHILE_AGO = datetime.now(UTC) - timedelta(days=30)  # the commands have the real clock


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`run("consent", "withdrawals")` with an instance folder and a database of its own."""
    settings = {
        "INTAKE_INSTANCE": str(tmp_path),
        "INTAKE_SECRET_KEY": SECRET,
        "INTAKE_CLINIC": str(ROOT / "clinic.toml"),
    }

    def invoke(*arguments: str, **environ: str) -> Result:
        for name, value in {**settings, **environ}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(
            main, ["consent", *arguments] if arguments[0] not in {"db", "doctor"} else arguments
        )

    assert invoke("db", "upgrade").exit_code == 0
    assert invoke("publish", "--yes").exit_code == 0
    return invoke


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'intake.db'}")
    yield database
    database.dispose()


@pytest.fixture
def ana(run, database, clinic, tmp_path):
    """Ana's reference: she agreed to everything a month ago."""
    key = Settings(secret_key=SECRET, instance=tmp_path).address_key()
    with database.writing() as session:
        asked = answers(agreed_to=set(Purpose))
        form = shown(session, clinic)
        return submit_callback(
            session, asked, form, clinic=clinic, address_key=key, now=A_WHILE_AGO
        ).ref


def day(ago: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=ago):%Y-%m-%d}"


def test_who_publishes_by_the_command_is_on_record(run, database):
    assert run("publish").stdout == "Nothing to publish: the words are unchanged.\n"

    with database.reading() as session:
        line = session.scalars(select(AccessLogEntry)).one()
    assert (line.act, line.actor, line.endpoint) == (
        Act.PUBLISHED,
        "command line",
        "consent publish",
    )
    assert line.what == "consent words: reminders version 1, care version 1, news version 1"


def test_a_letter_is_recorded_tracked_and_reaches_the_list(run, ana):
    stopped = run(
        "withdraw",
        ana,
        "--received",
        day(1),
        "--by",
        "letter",
        "--purpose",
        "news",
        "--note",
        "binder 3",
    )
    assert stopped.exit_code == 0, stopped.output
    assert stopped.stdout.startswith("Stopped: news. ")
    assert run(
        "withdraw", ana, "--received", day(1), "--by", "phone", "--purpose", "news"
    ).stdout == ("Nothing to stop: it was withdrawn before.\n")
    tracked = run("withdrawals")
    assert (tracked.exit_code, tracked.stdout.count("\n")) == (0, 1)
    assert "by letter: news" in tracked.stdout

    listed = list(csv.DictReader(run("suppressions").stdout.splitlines()))
    assert [(row["address"], row["purpose"]) for row in listed] == [("ana@example.com", "news")]


def test_a_withdrawal_that_took_too_long_is_an_error(run, ana):
    assert run("withdrawals").stdout == "Nobody withdrew.\n"
    run("withdraw", ana, "--received", day(29), "--by", "visit")

    late = run("withdrawals")

    assert late.exit_code == 1
    assert late.stdout.endswith("LATE\n")
    assert "Error: 1 took longer than 10 business days (CASL s. 11(3))." in late.stderr
    assert run("withdrawals", "--since", day(-2)).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("K7F-2QGX", "--received", day(1), "--by", "phone"), "check the reference"),
        (("", "--received", day(-3), "--by", "phone"), "still to come"),
    ],
)
def test_what_can_not_be_is_one_clear_line(run, ana, arguments, said):
    ref, *rest = arguments

    refused = run("withdraw", ref or ana, *rest)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: ")
    assert said in refused.stderr


def test_a_mailing_tools_list_is_filtered(run, ana, tmp_path: Path):
    run("withdraw", ana, "--received", day(1), "--by", "reply", "--purpose", "news")
    tools = tmp_path / "tools.csv"
    tools.write_text(
        "\N{ZERO WIDTH NO-BREAK SPACE}Email,Name\nANA@example.com,Ana\nben@example.com,Ben\n",
        "utf-8",
    )

    assert run("suppressions", "--filter", str(tools)).stdout == "ANA@example.com,Ana\n"
    assert run("suppressions", "--filter", str(tools), "--purpose", "care").stdout == ""


def test_a_changed_secret_key_is_noticed_before_anybody_is_mailed_by_mistake(
    run, ana, tmp_path: Path
):
    other = {"INTAKE_SECRET_KEY": "another secret, which is long enough, too"}
    tools = tmp_path / "tools.csv"
    tools.write_text("ana@example.com\n")
    assert "ok    addresses: hashed under the key of this installation" in run("doctor").stdout

    doctor = run("doctor", **other)

    assert doctor.exit_code == 1
    assert (
        "FAIL  addresses: The secret key is not the one that this database was made with"
        in doctor.stdout
    )
    for command in (("suppressions", "--filter", str(tools)), ("db", "upgrade")):
        refused = run(*command, **other)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "put the former INTAKE_SECRET_KEY" in refused.stderr


def test_the_upgrade_hashes_addresses_that_are_older_than_the_hashes(run, ana, database):
    with database.writing() as session:
        session.execute(update(Lead).values(email_hash=None))

    assert run("db", "upgrade").stdout.startswith("Hashed 1 email address, ")
    assert run("db", "upgrade").stdout == "The sqlite database is current.\n"
