"""Whoever alters the log without the key: each command that signs, gives out or calls in order
refuses.

Run on both engines, against every forgery, and with the checkpoints and everything that tells of
them deleted too.
"""

import gc
import json
import socket

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select

from intake.cli import main
from intake.demo import sandbox
from intake.ledger import append
from intake.ledger.kept_notes import FILE as NOTES
from intake.ledger.place import KEPT_HEAD as HEAD
from intake.models import ConsentEvent, LedgerEntry, Purpose, StoredCheckpoint
from tests.conftest import NOON
from tests.factories import Factory
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import FORGERIES, back_to, delete_checkpoints, forge_entry

# a command's process would end here; in this one its connections are left to the collector
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def run(database, tmp_path, monkeypatch):
    """The command line, on the database of the test."""
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("INTAKE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    yield lambda *arguments: CliRunner().invoke(main, arguments)
    gc.collect()


@pytest.fixture
def ref(database, clinic, run):
    """Two requests, each sealed."""
    for email in ("ana@example.com", "bo@example.com"):
        with database.writing() as session:
            lead = Factory(session, clinic)(agreed_to={Purpose.NEWS}, email=email)
        assert run("consent", "checkpoint").exit_code == 0
    return lead.ref


def altered(database, *forgeries):
    with as_administrator(database) as connection:
        for forgery in forgeries:
            forgery(connection)


def answers(run, ref, tmp_path):
    """Exit code and words of each command that signs, gives out or calls in order."""
    out = ("--out", str(tmp_path / "pack.zip"))
    year, sample = ("--from", "2026-01-01", "--to", "2027-01-01"), ("--sample", "1", "--seed", "x")
    exports = (("export", *chosen, *out) for chosen in ((ref,), year, sample))
    for command in (("checkpoint",), *exports, ("rotate-key",), ("verify",)):
        answer = run("consent", *command)
        yield command[0], answer.exit_code, answer.output


ATTACKS = [*FORGERIES, back_to(9), back_to(0)]


@pytest.mark.parametrize("forgery", ATTACKS)
def test_every_command_refuses_and_nothing_is_signed_or_written(
    database, run, ref, tmp_path, forgery
):
    altered(database, forgery)
    with database.reading() as session:
        before = session.scalars(select(StoredCheckpoint.note)).all()
    head = (tmp_path / "ledger" / HEAD).read_bytes()

    told = list(answers(run, ref, tmp_path))

    assert {(command, code) for command, code, _ in told} == {
        (command, 1) for command in ("checkpoint", "export", "rotate-key", "verify")
    }
    for _, _, output in told:
        assert "consent restart" in output or "intake restore" in output, output
    assert list(tmp_path.glob("*.zip*")) == []
    assert (tmp_path / "ledger" / HEAD).read_bytes() == head
    with database.reading() as session:
        assert session.scalars(select(StoredCheckpoint.note)).all() == before


@pytest.mark.parametrize("forgery", [forge_entry, back_to(9)])
def test_doctor_and_readyz_tell_it_and_forms_are_taken(
    database, run, ref, served, tmp_path, forgery
):
    altered(database, forgery)

    doctor, ready = run("doctor"), served.get("/readyz")

    assert doctor.exit_code == 1
    assert "FAIL  signed log: " in doctor.output
    assert ready.status == 200, "patients can send their requests all the same"
    assert ready.response.json["status"] == "ready"
    assert ready.response.json["consent_log"].startswith("ALARM")


def test_an_entry_below_a_kept_root_is_found_by_every_command(database, run, ref, tmp_path):
    with database.writing() as session:
        for number in range(300):
            append(session, "test", {"id": str(number)}, now=NOON)
    run("consent", "checkpoint")
    altered(database, lambda connection: forge_entry(connection, position=40))

    for command, code, output in answers(run, ref, tmp_path):
        assert code == 1, (command, output)
    assert list(tmp_path.glob("*.zip*")) == []


def delete_newest_event(connection):
    newest = connection.scalar(select(func.max(ConsentEvent.id)))
    connection.execute(delete(ConsentEvent).where(ConsentEvent.id == newest))


def test_an_event_whose_row_is_gone_is_missed_by_an_export(database, run, ref, tmp_path):
    altered(database, delete_newest_event)

    refused = run("consent", "export", ref, "--out", str(tmp_path / "pack.zip"))

    assert (refused.exit_code, "more records of consent events than events" in refused.output) == (
        1,
        True,
    )
    assert list(tmp_path.glob("*.zip*")) == []


def test_a_restart_is_recorded_and_everything_goes_on(database, run, ref, tmp_path):
    altered(database, forge_entry, delete_checkpoints)
    assert run("consent", "restart", "--reason", " ", "--yes").exit_code == 1
    assert run("consent", "restart", "--reason", "x").exit_code == 1, "nobody is there to be asked"

    told = run("consent", "restart", "--reason", "The disk was replaced, ticket 7", "--yes")

    assert (told.exit_code, "Tell your auditor" in told.output) == (0, True), told.output
    with database.reading() as session:
        record = session.scalars(
            select(LedgerEntry.canonical).where(LedgerEntry.kind == "restart")
        ).one()
    assert json.loads(record)["reason"] == "The disk was replaced, ticket 7"
    assert run("consent", "checkpoint").exit_code == 0
    verified = run("consent", "verify")
    assert "RESTARTED" not in verified.output, "nothing of before is kept here"
    assert "nothing to restart" in run("consent", "restart", "--reason", "again", "--yes").output


def test_a_checkpoint_kept_by_the_auditor_tells_of_the_restart(database, run, ref, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(run("consent", "checkpoint").output)
    altered(database, back_to(9))
    run("consent", "restart", "--reason", "The backup of Monday", "--yes")

    verified = run("consent", "verify", "--anchors", str(kept))

    assert (
        f"RESTARTED  {kept}, checkpoint 1 (of 11 entries): is of the log of before"
        in verified.output
    )
    assert "The backup of Monday" in verified.output


def test_verify_reads_what_lies_beside_the_key_by_default(database, run, ref, tmp_path):
    folder = tmp_path / "ledger"
    note = run("consent", "checkpoint").output
    (folder / NOTES).write_text(note)
    (folder / HEAD).unlink()
    altered(database, back_to(9))

    found = run("consent", "verify")

    assert (found.exit_code, f"{NOTES}, checkpoint 1 (of 11 entries)" in found.output) == (1, True)
    assert f"Compared with: 1 checkpoint of {NOTES}." in found.output


def test_verify_insists_on_the_sheet_only_where_it_was_asked_for(run, ref, tmp_path, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        access = sandbox.prepare(tmp_path / "sheet", nobody.getsockname()[1])
    monkeypatch.setenv("INTAKE_GOOGLE_CREDENTIALS", str(access.credentials))
    monkeypatch.setenv("INTAKE_SPREADSHEET_ID", access.spreadsheet_id)

    assert (
        "Compared with: the head in kept_head.json" in run("consent", "verify", "--no-sheet").output
    )
    assert (
        "Not compared with: the tab “Ledger”: --no-sheet was given"
        in run("consent", "verify", "--no-sheet").output
    )
    away = run("consent", "verify")
    assert (away.exit_code, "Not compared with: the tab “Ledger”: " in away.output) == (0, True)
    assert run("consent", "verify", "--sheet").exit_code == 1
