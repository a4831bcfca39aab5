"""The commands about evidence, as a person types them."""

import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from intake.cli import main
from intake.consent.publishing import publish
from intake.db import Database
from intake.models import Purpose
from tests.conftest import NOON
from tests.factories import Factory
from tests.ledger.administrator import as_administrator


@pytest.fixture
def database(tmp_path, clinic, monkeypatch):
    """An installation in which somebody agreed."""
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path / "instance"))
    run("db", "upgrade")
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'intake.db'}")
    with database.writing() as session:
        publish(session, clinic, now=NOON)
        Factory(session, clinic)(agreed_to={Purpose.NEWS})
    yield database
    database.dispose()


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def ref(database):
    with database.reading() as session:
        return session.scalar(text("SELECT ref FROM lead"))


def test_what_was_recorded_is_sealed_verified_and_exported(database, tmp_path):
    note = run("consent", "checkpoint").stdout
    assert note.startswith("consult-intake/riverside\n")
    kept = tmp_path / "kept.txt"
    kept.write_text(note)

    told = run("consent", "verify", "--anchors", str(kept)).stdout
    assert "entries, 2 checkpoints kept elsewhere.\n" in told
    assert f"Compared with: the head in kept_head.json, 1 checkpoint of {kept}.\n" in told
    assert "Not compared with: the tab “Ledger”: no Google Sheet is configured\n" in told
    told = run("consent", "export", ref(database), "--out", str(tmp_path / "pack.zip")).stdout

    key = told.split("--key ")[1].split("'")[1]
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", "verify.py", "pack.zip", "--key", key, "--anchors", "kept.txt"]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "Ana" not in told + note


def test_what_was_altered_ends_with_one_and_says_where(database):
    run("consent", "checkpoint")
    with as_administrator(database) as connection:
        connection.execute(text("UPDATE consent_event SET decision = 'given'"))

    found = run("consent", "verify")

    assert found.exit_code == 1
    assert "WRONG  consent event" in found.output
    assert "decision was recorded as “refused”, the row says “given”" in found.output


def test_a_new_key_is_announced_and_the_log_verifies_with_both(database):
    run("consent", "checkpoint")

    told = run("consent", "rotate-key").stdout

    assert told.startswith("Former: consult-intake/riverside+")
    assert run("consent", "verify").exit_code == 0
    # The former signed for the new one
    assert run("consent", "verify", "--key", told.split()[1]).exit_code == 0


def test_odd_wishes_are_answered_with_what_to_give(database, tmp_path):
    assert "Give REF" in run("consent", "export").output
    assert "--key" in run("consent", "verify", "--key", "x").output
    none = run("consent", "export", "ZZZ-ZZZZ", "--out", str(tmp_path / "x.zip")).output
    assert none == "Error: There is no request ZZZ-ZZZZ; check the reference.\n"
    assert list(tmp_path.glob("*.zip*")) == []
    assert "no roles" in run("db", "grant", "someone").output


def test_an_event_cannot_be_deleted_by_filing_its_record_under_another_kind(database):
    run("consent", "checkpoint")
    with as_administrator(database) as connection:
        connection.execute(
            text(
                "UPDATE ledger_entry SET kind = 'key' WHERE leaf = (SELECT max(leaf) FROM "
                "consent_event)"
            )
        )
        connection.execute(
            text("DELETE FROM consent_event WHERE leaf = (SELECT max(leaf) FROM consent_event)")
        )

    checked = run("consent", "verify")

    assert checked.exit_code == 1
    assert "is filed under another kind than it was hashed with" in checked.stdout


def test_a_kept_file_that_was_emptied_or_cut_is_no_proof(database, tmp_path):
    note, kept = run("consent", "checkpoint").stdout, tmp_path / "kept.txt"

    for text_of_file, said in (
        ("", "holds no checkpoint"),
        (note + "\n" + note.split("\n\n")[0] + "\n", "WRONG"),
    ):
        kept.write_text(text_of_file)
        checked = run("consent", "verify", "--anchors", str(kept))
        assert (checked.exit_code, said in checked.output) == (1, True), checked.output


def test_a_pack_is_for_its_owner_alone_even_in_place_of_another_file(database, tmp_path):
    out = tmp_path / "pack.zip"
    out.write_bytes(b"")
    out.chmod(0o644)

    refused = run("consent", "export", ref(database), "--out", str(out))
    assert (refused.exit_code, out.read_bytes()) == (1, b"")
    assert "--force to replace it" in refused.output

    assert run("consent", "export", ref(database), "--out", str(out), "--force").exit_code == 0
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_pack_that_could_not_be_written_was_not_given_out(database, tmp_path):
    failed = run(
        "consent", "export", ref(database), "--out", str(tmp_path / "nowhere" / "pack.zip")
    )

    assert failed.exit_code == 1
    assert "cannot be written (No such file or directory)" in failed.output
    with database.reading() as session:
        assert (
            session.scalar(text("SELECT count(*) FROM consent_event WHERE decision = 'exported'"))
            == 0
        )
