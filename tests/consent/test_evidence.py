"""Evidence packs, checked as an auditor does: by the pack's one file, in another Python that knows nothing of us."""

import json
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import text

from intake.consent.evidence import NoSuchRequest, NothingSealed, evidence, note_export, of_request, of_sample, of_time
from intake.ledger.keys import known_keys
from intake.ledger.pack import build_pack_files, write_pack, zip_pack
from intake.ledger.seal import seal
from intake.ledger.sealed import last_checkpoint
from intake.models import Decision, Purpose
from tests.conftest import NOON
from tests.factories import Factory

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def leads(database, clinic, folder):
    """Ana asked twice, Ben once and a day later; all of it sealed."""
    with database.writing() as session:
        add = Factory(session, clinic)
        found = [add(agreed_to={Purpose.NEWS}), add(agreed_to={Purpose.CARE}), add(name="Ben", now=NOON + DAY)]
    sealed(database, folder)
    return found


def sealed(database, folder):
    with database.writing() as session:
        seal(session, folder, "test/log", now=NOON)
        return last_checkpoint(session).note


@pytest.fixture
def packed(database, folder):
    """A pack, which reads the log's leaves while it is written: its session stays open until the test is over."""
    with ExitStack() as open_sessions:

        def pack(choose):
            session = open_sessions.enter_context(database.reading())
            return evidence(session, choose(session), known_keys(folder), now=NOON)

        yield pack


def verify(tmp_path, files, *options):
    """Exit code and what was said, from a separate process with an isolated Python."""
    pack = tmp_path / "evidence.zip"
    pack.write_bytes(zip_pack(files))
    with zipfile.ZipFile(pack) as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", str(tmp_path / "verify.py"), str(pack), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    return done.returncode, done.stdout + done.stderr


def test_a_persons_pack_holds_all_their_requests_and_verifies_elsewhere(
    leads, database, folder, clinic, tmp_path, packed
):
    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))
    key = str(known_keys(folder)[0])

    code, said = verify(tmp_path, build_pack_files(pack), "--key", key)

    assert code == 0, said
    requests = {json.loads(entry.canonical)["request"] for entry in pack.entries}
    assert requests == {leads[0].ref, leads[1].ref}
    assert {entry.openings["email"].value for entry in pack.entries} == {"ana@example.com"}
    assert {statement.box for statement in pack.statements}


def test_a_pack_from_yesterdays_database_does_not_pass_the_auditors_own_checkpoint(
    leads, database, folder, clinic, tmp_path, packed
):
    old = build_pack_files(packed(lambda session: of_request(session, clinic.key, leads[0].ref)))
    with database.writing() as session:
        Factory(session, clinic)(name="Cleo")
    kept = tmp_path / "kept.txt"
    kept.write_text(sealed(database, folder))

    code, said = verify(tmp_path, old, "--key", str(known_keys(folder)[0]), "--anchors", str(kept))

    assert (code, "WRONG" in said) == (1, True), said


def test_words_that_were_altered_in_the_database_are_found_elsewhere(leads, database, folder, clinic, tmp_path, packed):
    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))
    files = build_pack_files(pack)
    files["pack.json"] = files["pack.json"].replace(b"never sold", b"often sold")

    assert verify(tmp_path, files)[0] == 1


def test_a_range_takes_the_days_that_were_asked_for(leads, database, folder, clinic, packed):
    pack = packed(lambda session: of_time(session, clinic.key, NOON + DAY, NOON + 2 * DAY))

    assert {json.loads(entry.canonical)["request"] for entry in pack.entries} == {leads[2].ref}


def test_a_sample_can_be_drawn_again_by_whoever_has_checkpoint_and_seed(leads, database, folder, clinic):
    with database.reading() as session:
        first, again = (of_sample(session, clinic.key, 2, "auditor's words") for _ in range(2))
        draws = {tuple(of_sample(session, clinic.key, 1, str(seed)).lead_ids) for seed in range(30)}

    assert first == again
    assert len(first.lead_ids) == 2
    assert len(draws) == 3  # every request can be drawn


def test_an_erased_persons_pack_opens_nothing_and_still_verifies(leads, database, folder, clinic, tmp_path, packed):
    with database.writing() as session:
        session.execute(text("DELETE FROM consent_opening"))
        session.execute(text("UPDATE lead SET salt = NULL, name = '', phone = '', email = NULL"))

    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))

    assert all(not entry.openings for entry in pack.entries)
    assert verify(tmp_path, build_pack_files(pack))[0] == 0


def test_that_evidence_was_given_out_is_recorded(leads, database, folder, clinic):
    with database.writing() as session:
        chosen = of_request(session, clinic.key, leads[0].ref)
        note_export(session, chosen, now=NOON)

    with database.reading() as session:
        found = [event.decision for event in session.merge(leads[0]).consent_events]
        assert found[-1] is Decision.EXPORTED


def test_nothing_to_export_is_said_with_what_to_do(leads, database, folder, clinic, packed):
    with pytest.raises(NothingSealed, match="intake consent checkpoint"):
        packed(lambda session: of_time(session, clinic.key, NOON - 2 * DAY, NOON - DAY))


def test_a_reference_that_nobody_has_is_told_from_one_that_is_not_sealed(session, clinic):
    with pytest.raises(NoSuchRequest, match="There is no request NOPE; check the reference"):
        of_request(session, clinic.key, "NOPE")


def test_a_pack_that_is_written_in_portions_has_the_same_bytes(leads, database, folder, clinic):
    with database.reading() as session:
        chosen = of_request(session, clinic.key, leads[0].ref)
        pack, whole = evidence(session, chosen, known_keys(folder), now=NOON), BytesIO()
        write_pack(pack, whole)

        assert whole.getvalue() == zip_pack(build_pack_files(pack))
