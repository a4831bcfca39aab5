"""The commands, as a person types them."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from intake.cli import main
from intake.cli.group import COMMANDS
from intake.db import Database
from intake.sheet.queue.columns import PIPELINE, STAFF
from tests.conftest import ROOT
from tests.demo.sandbox.running import RunningSandbox, running_sandbox
from tests.factories import Factory

A_WHILE_AGO = datetime.now(UTC) - timedelta(seconds=5)  # the commands have the real clock
POSTGRES = "postgresql://nobody@127.0.0.1:1/x"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`run("db", "upgrade", INTAKE_…=…)` with an instance folder of its own."""

    def invoke(*arguments: str, **environ: str) -> Result:
        for name, value in {"INTAKE_INSTANCE": str(tmp_path / "instance"), **environ}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, arguments)

    return invoke


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path / "sheet") as running:
        yield running


def sheet_of(sandbox: RunningSandbox) -> dict[str, str]:
    access = sandbox.access
    return {
        "INTAKE_GOOGLE_CREDENTIALS": str(access.credentials),
        "INTAKE_SPREADSHEET_ID": access.spreadsheet_id,
    }


def mail_of(tmp_path: Path) -> dict[str, str]:
    return {
        "INTAKE_SMTP_URL": (tmp_path / "mail").as_uri(),
        "INTAKE_PUBLIC_URL": "https://callback.example.com",
    }


def add_leads(tmp_path: Path, clinic, count: int) -> None:
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'intake.db'}")
    with database.writing() as session:
        for _ in range(count):
            Factory(session, clinic)(now=A_WHILE_AGO)
    database.dispose()


def test_a_backup_is_a_new_file_and_says_how_long_it_may_be_kept(run, tmp_path):
    run("db", "upgrade")
    copy = str(tmp_path / "copy.db")

    assert "delete it in 35 days" in run("db", "backup", copy).stdout
    again = run("db", "backup", copy)

    assert again.exit_code == 1
    assert "is there already" in again.output


def test_from_nothing_to_a_delivered_queue(run, sandbox, tmp_path, clinic):
    assert run("db", "upgrade").stdout == "The sqlite database is current.\n"
    assert "reminders en version 1" in run("consent", "publish", "--yes").output
    assert (
        run("consent", "publish", "--yes").stdout
        == "Nothing to publish: the words are unchanged.\n"
    )
    made = run("sheet", "setup", **sheet_of(sandbox)).stdout
    assert made.startswith("Made the tab “Queue” with 17 columns.\nPut right: ")
    assert run("sheet", "setup").stdout == "The queue is set up already; nothing to do.\n"
    add_leads(tmp_path, clinic, 2)

    assert run("relay", "--once").stdout == "Delivered 2 rows.\n"
    assert run("relay", "--once").stdout == "Delivered 0 rows.\n"
    assert len(sandbox.rows()) == 2
    doctor = run("doctor", INTAKE_CLINIC=str(ROOT / "clinic.toml"), **mail_of(tmp_path))
    assert doctor.exit_code == 0, doctor.output
    assert {line.split()[0] for line in doctor.output.splitlines()} == {"ok"}


def test_the_doctor_says_what_to_do_about_each_thing(run, tmp_path):
    first = run("doctor")
    assert first.exit_code == 1
    assert (
        "FAIL  database: sqlite is reachable but its schema is not current; run “intake db upgrade”"
        in first.output
    )
    run("db", "upgrade")
    second = run("doctor")
    assert (
        "FAIL  consent: no statement is published, so forms ask for none; run “intake "
        "consent publish”"
    ) in second.output
    run("consent", "publish", "--yes")
    third = run("doctor")
    assert third.exit_code == 0
    assert "warn  credentials: no Google Sheet is configured" in third.output
    assert "warn  clinic file: the sample clinic" in third.output
    fourth = run(
        "doctor",
        INTAKE_GOOGLE_CREDENTIALS=str(tmp_path / "no.json"),
        INTAKE_SPREADSHEET_ID="x",
        INTAKE_LIMITS="off",
    )
    assert "FAIL  credentials: INTAKE_GOOGLE_CREDENTIALS: " in fourth.output
    assert "warn  settings: INTAKE_LIMITS is off" in fourth.output


@pytest.fixture
def clinic_file(tmp_path):
    """`clinic_file("old", "new")` writes the sample clinic's file so altered, and names it for the
    commands.
    """

    def write(old: str, new: str) -> dict[str, str]:
        text = (ROOT / "clinic.toml").read_text()
        assert old in text
        (tmp_path / "clinic.toml").write_text(text.replace(old, new))
        return {"INTAKE_CLINIC": str(tmp_path / "clinic.toml")}

    return write


def answer(run, word: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, input=f"{word}\n")


def test_words_are_shown_and_asked_for_before_they_are_published(run, clinic_file):
    run("db", "upgrade")
    nobody_there = run("consent", "publish")
    assert nobody_there.exit_code == 1
    assert (
        "Error: Nothing was published: nobody is there to be asked. Give --yes."
        in nobody_there.output
    )
    assert (
        "reminders in English: version 1 (express), the first\n  + Email me appointment"
        in nobody_there.output
    )

    declined = answer(run, "n", "consent", "publish")
    assert (declined.exit_code, declined.stderr) == (1, "Error: Nothing was published.\n")
    agreed = answer(run, "y", "consent", "publish")
    assert agreed.exit_code == 0
    assert agreed.stdout.endswith(
        "\nPublished reminders en version 1, reminders fr version 1, care en version 1, care fr "
        "version 1, news en version 1, news fr version 1.\n"
    )
    changed = run("consent", "publish", **clinic_file("+1 613 555 0100", "+1 613 555 0199"))
    assert "news in French: version 1 (express) → version 2 (express)" in changed.output
    assert "[613-555-0100.]" in changed.output
    assert "[613-555-0199.]" in changed.output


def test_words_that_lack_something_are_refused_in_one_line_and_the_doctor_says_the_same(
    run, clinic_file
):
    run("db", "upgrade")
    lacking = clinic_file('street = "120 Riverside Drive, Suite 200"', 'street = " "')

    refused = run("consent", "publish", "--yes", **lacking)

    said = (
        "the postal address is missing in English and French (SOR/2012-36 s. 4(d)); complete "
        "[address]"
    )
    assert refused.exit_code == 1
    assert refused.output.startswith(f"Error: Not published: {said}")
    assert f"FAIL  consent: Not published: {said}" in run("doctor").output


def test_the_doctor_says_why_asking_by_submitting_is_weak(run, clinic_file):
    run("db", "upgrade")
    run("consent", "publish", "--yes")
    assert "ok    way of asking: an unticked box for each purpose" in run("doctor").output

    weak = run("doctor", **clinic_file('mode = "boxes"', 'mode = "by_submitting"'))

    assert weak.exit_code == 0
    assert "warn  consent: the clinic file's words differ from the published ones" in weak.output
    assert "warn  way of asking: consent.mode is “by_submitting”, which is weak" in weak.output
    assert "counted as implied only" in weak.output


def test_how_forms_show_the_words_is_stored_anew_when_a_release_changes_it(run, monkeypatch):
    run("db", "upgrade")
    run("consent", "publish", "--yes")
    monkeypatch.setattr(
        "intake.consent.rendering.render_block", lambda _, language: f"another look in {language}"
    )

    assert "warn  consent: it is not stored how forms show the words now" in run("doctor").output
    assert (
        run("consent", "publish").stdout
        == "The words are unchanged; stored how the form shows them.\n"
    )
    assert "ok    consent: the published statements are current" in run("doctor").output


def test_the_doctor_sees_a_sheet_that_can_not_be_reached_or_is_not_set_up(run, sandbox):
    run("db", "upgrade", **sheet_of(sandbox))
    run("consent", "publish", "--yes")

    assert (
        "FAIL  sheet: The spreadsheet has no queue yet; run “intake sheet setup”."
        in run("doctor").output
    )
    assert "correct INTAKE_SPREADSHEET_ID" in run("doctor", INTAKE_SPREADSHEET_ID="other").output
    sandbox.stop()
    assert "FAIL  sheet: Google cannot be reached" in run("doctor").output


def test_mail_goes_out_without_a_sheet_and_the_missing_sheet_is_told(run, tmp_path, clinic):
    run("db", "upgrade", **mail_of(tmp_path))
    run("consent", "publish", "--yes")
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'intake.db'}")
    with database.writing() as session:
        Factory(session, clinic)(now=A_WHILE_AGO, email="ana@example.com")
    database.dispose()

    once = run("relay", "--once")

    assert (once.exit_code, once.stdout) == (0, "Handled 1 mail.\n")
    assert "No Google Sheet is configured, so requests wait in the database" in once.stderr
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1
    assert "ok    mail: nothing is waiting" in run("doctor").output
    assert "ok    mail server: mails are put into" in run("doctor").output


def test_mail_goes_out_while_the_sheet_is_stuck(run, sandbox, tmp_path, clinic):
    run("db", "upgrade", **sheet_of(sandbox), **mail_of(tmp_path))
    run("consent", "publish", "--yes")
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'intake.db'}")
    with database.writing() as session:
        Factory(session, clinic)(now=A_WHILE_AGO, email="ana@example.com")
    database.dispose()

    once = run("relay", "--once")

    assert (once.exit_code, once.stdout) == (1, "Handled 1 mail.\n")
    assert once.stderr.endswith(
        "Error: The spreadsheet has no queue yet; run “intake sheet setup”.\n"
    )


def test_the_doctor_warns_where_no_mail_is_sent_and_reaches_the_server_where_it_is(run):
    run("db", "upgrade")
    run("consent", "publish", "--yes")

    assert (
        "warn  mail: no mail server is configured, so no acknowledgement is sent; set "
        "INTAKE_SMTP_URL"
    ) in run("doctor").output
    down = {
        "INTAKE_SMTP_URL": "smtp://127.0.0.1:1",
        "INTAKE_PUBLIC_URL": "https://callback.example.com",
    }
    doctor = run("doctor", **down)
    assert doctor.exit_code == 1
    assert (
        "FAIL  mail server: 127.0.0.1:1 cannot be reached (ConnectionRefusedError); we try again."
        in doctor.output
    )


def test_the_doctor_tells_how_much_waits_and_why(run, sandbox, tmp_path, clinic):
    run("db", "upgrade", **sheet_of(sandbox))
    run("consent", "publish", "--yes")
    add_leads(tmp_path, clinic, 3)

    once = run("relay", "--once")

    assert (once.exit_code, once.stderr.splitlines(keepends=True)[-1]) == (
        1,
        "Error: The spreadsheet has no queue yet; run “intake sheet setup”.\n",
    )
    assert ". The spreadsheet has no queue yet" in run("doctor").output


@pytest.mark.parametrize(
    ("arguments", "environ", "said"),
    [
        (("sheet", "setup"), {}, "INTAKE_GOOGLE_CREDENTIALS"),
        (("db", "upgrade"), {"INTAKE_TRUSTED_PROXIES": "x"}, "INTAKE_TRUSTED_PROXIES"),
        (("consent", "publish", "--yes"), {}, "run “intake db upgrade”"),
        (("db", "upgrade"), {"INTAKE_DATABASE_URL": POSTGRES}, "cannot be reached"),
        (
            ("relay", "--once"),
            {"INTAKE_GOOGLE_CREDENTIALS": "/no.json", "INTAKE_SPREADSHEET_ID": "x"},
            "intake db upgrade",
        ),
    ],
)
def test_a_failure_is_one_clear_line(run, arguments, environ, said):
    result = run(*arguments, **environ)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_cannot_be_made_and_a_busy_port_are_named(run, tmp_path, sandbox):
    (tmp_path / "file").touch()
    below_a_file = str(tmp_path / "file" / "instance")
    run("db", "upgrade")

    for command in (("db", "upgrade"), ("doctor",)):
        assert "INTAKE_INSTANCE" in run(*command, INTAKE_INSTANCE=below_a_file).stderr
    busy = run("serve", "--port", str(sandbox.port), INTAKE_INSTANCE=str(tmp_path / "instance"))
    assert busy.stderr == f"Error: Port {sandbox.port} is in use; give another one with --port.\n"


def test_help_is_there_for_everything(run):
    assert "Consult Intake" in run("--help").output
    for command in ("demo", "serve", "relay", "doctor"):
        assert run(command, "--help").exit_code == 0
    assert run("--version").output.startswith("intake, version ")


def test_adopting_a_tab_leaves_what_staff_wrote(run, sandbox):
    google = sheet_of(sandbox)
    for column, title in enumerate(["Notes", "Mine", "Ref"]):
        sandbox.staff("edit", tab="Sheet1", row=0, column=column, value=title)
    sandbox.staff("rename_tab", tab="Sheet1", title="Queue")

    refused = run("sheet", "setup", **google)

    assert refused.exit_code == 1
    assert "holds something else" in refused.output
    columns = [column.title for column in PIPELINE + STAFF if column.title not in {"Notes", "Ref"}]
    for column, title in enumerate(columns, start=3):
        sandbox.staff("edit", row=0, column=column, value=title)
    sandbox.staff("edit", row=1, column=1, value="keep me")
    assert run("sheet", "setup").stdout.startswith(
        "The tab “Queue” is now the queue: 17 columns bound.\n"
    )
    assert [row["Mine"] for row in sandbox.rows()] == ["keep me"]


def test_extra_columns_are_added_when_the_clinic_asks_for_them(run, sandbox, tmp_path, clinic):
    run("db", "upgrade", **sheet_of(sandbox))
    run("consent", "publish", "--yes")
    run("sheet", "setup")
    mine = tmp_path / "clinic.toml"
    mine.write_text(
        (ROOT / "clinic.toml")
        .read_text()
        .replace("extra_columns = []", 'extra_columns = ["email", "body_areas"]')
    )

    assert run("sheet", "setup", INTAKE_CLINIC=str(mine)).output.splitlines() == [
        "Added Email, What hurts at the right end of the queue.",
        "Put right: time zone and header (1), protection (2).",
    ]
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'intake.db'}")
    with database.writing() as session:
        Factory(session, clinic)(
            now=A_WHILE_AGO, email="ana@example.com", body_areas=("lower_back", "knee")
        )
    database.dispose()
    assert run("relay", "--once").stdout == "Delivered 1 row.\n"
    assert (sandbox.rows()[0]["Email"], sandbox.rows()[0]["What hurts"]) == (
        "ana@example.com",
        "Lower back, Knee",
    )


def test_any_wsgi_server_can_serve_the_application(run, tmp_path):
    run("db", "upgrade")
    ask = (
        "from werkzeug.test import Client; from wsgi import app; "
        "print(Client(app).get('/healthz').status)"
    )
    check = [sys.executable, "-c", ask]

    ended = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.stdout == "200 OK\n", ended.stderr


def test_the_list_of_commands_says_what_each_command_says_itself():
    context = click.Context(main)

    assert {name: command.help for name, command in COMMANDS.items()} == {
        name: " ".join(main.get_command(context, name).help.split())
        for name in main.list_commands(context)
    }


def test_help_loads_no_command():
    code = (
        "import sys; from intake.cli import main; main(['--help'], standalone_mode=False); "
        "print(*sorted({'sqlalchemy', 'gspread', 'alembic', 'babel', 'pydantic'} & "
        "set(sys.modules)), file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "doctor" in done.stdout
    assert done.stderr.strip() == ""
