"""Evidence packs, checked as an auditor does: by the pack's one file, in another Python that knows
nothing of us.
"""

import json
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select, text, update

from intake.consent.evidence import evidence, note_export
from intake.consent.evidence_checks import NothingSealed
from intake.consent.selection import NoSuchRequest, of_request, of_sample, of_time
from intake.ledger.keys import known_keys
from intake.ledger.pack import build_pack_files, write_pack, zip_pack
from intake.ledger.restart import restart
from intake.ledger.seal import seal
from intake.ledger.sealed import last_checkpoint
from intake.models import Anchor, ConsentOpening, Decision, Lead, Purpose, StoredCheckpoint
from tests.conftest import NOON
from tests.factories import Factory
from tests.ledger.administrator import as_administrator
from tests.ledger.forgeries import delete_checkpoints

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys"


@pytest.fixture
def leads(database, clinic, folder):
    """Ana asked twice, Ben once and a day later; all of it sealed."""
    with database.writing() as session:
        add = Factory(session, clinic)
        found = [
            add(agreed_to={Purpose.NEWS}),
            add(agreed_to={Purpose.CARE}),
            add(name="Ben", now=NOON + DAY),
        ]
    sealed(database, folder)
    return found


def sealed(database, folder):
    with database.writing() as session:
        seal(session, folder, "test/log", now=NOON)
        return last_checkpoint(session).note


@pytest.fixture
def packed(database, folder):
    """A pack, which reads the log's leaves while it is written: its session stays open until the
    test is over.
    """
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


def test_words_that_were_altered_in_the_database_are_found_elsewhere(
    leads, database, folder, clinic, tmp_path, packed
):
    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))
    files = build_pack_files(pack)
    files["pack.json"] = files["pack.json"].replace(b"never sold", b"often sold")

    assert verify(tmp_path, files)[0] == 1


def test_a_range_takes_the_days_that_were_asked_for(leads, database, folder, clinic, packed):
    pack = packed(lambda session: of_time(session, clinic.key, NOON + DAY, NOON + 2 * DAY))

    assert {json.loads(entry.canonical)["request"] for entry in pack.entries} == {leads[2].ref}


def test_a_sample_can_be_drawn_again_by_whoever_has_checkpoint_and_seed(
    leads, database, folder, clinic
):
    with database.reading() as session:
        first, again = (of_sample(session, clinic.key, 2, "auditor's words") for _ in range(2))
        draws = {tuple(of_sample(session, clinic.key, 1, str(seed)).lead_ids) for seed in range(30)}

    assert first == again
    assert len(first.lead_ids) == 2
    assert len(draws) == 3  # every request can be drawn


def test_an_erased_persons_pack_opens_nothing_and_still_verifies(
    leads, database, folder, clinic, tmp_path, packed
):
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


def test_the_request_as_it_stands_is_in_the_pack_and_can_be_shown(
    leads, database, folder, clinic, tmp_path, packed
):
    pack = packed(lambda session: of_request(session, clinic.key, leads[2].ref))
    code, said = verify(
        tmp_path, build_pack_files(pack), "--key", str(known_keys(folder)[0]), "--show"
    )

    (told,) = [json.loads(line) for line in said.splitlines() if '"kind": "request"' in line]
    assert code == 0, said
    assert (told["request"], told["received_at"]) == (
        leads[2].ref,
        "2026-11-24T17:00:00.000000+00:00",
    )
    assert told["disclosed"]["name"] == "Ben"
    assert told["disclosed"].keys() == told["person"].keys()


@pytest.mark.parametrize("field", ["name", "phone", "what_hurts", "best_time"])
def test_nothing_is_given_out_of_a_request_that_is_not_what_was_recorded(
    leads, database, folder, clinic, packed, field
):
    with database.writing() as session:
        session.execute(update(Lead).where(Lead.id == leads[0].id).values({field: "altered"}))

    with pytest.raises(NothingSealed, match="What the person told us"):
        packed(lambda session: of_request(session, clinic.key, leads[0].ref))


def test_what_opens_an_answer_is_what_was_recorded(leads, database, folder, clinic, packed):
    with database.writing() as session:
        opening = session.scalars(select(ConsentOpening)).first()
        opening.values = {**opening.values, "name": "Eve"}

    with pytest.raises(NothingSealed, match="the field “name”"):
        packed(lambda session: of_request(session, clinic.key, leads[0].ref))


def test_a_restart_of_the_log_is_in_every_pack_and_is_told(
    leads, database, folder, clinic, tmp_path, packed
):
    kept = tmp_path / "kept.txt"
    kept.write_text(sealed(database, folder))
    with as_administrator(database) as connection:
        delete_checkpoints(connection)
    with database.writing() as session:
        restart(
            session, folder, "test/log", reason="The disk, ticket 7", who="command line", now=NOON
        )

    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))
    code, said = verify(
        tmp_path,
        build_pack_files(pack),
        "--key",
        str(known_keys(folder)[0]),
        "--anchors",
        str(kept),
    )

    assert code == 0, said
    assert "the clinic restarted its log at position" in said
    assert "because: The disk, ticket 7." in said


def test_of_very_many_kept_checkpoints_a_pack_has_some_from_the_first_to_the_last(
    leads, database, folder, clinic, packed, monkeypatch
):
    monkeypatch.setattr("intake.consent.evidence.MOST_ANCHORS", 3)
    for number in range(6):
        with database.writing() as session:
            Factory(session, clinic)(phone=f"416 555 01{number:02}")
        sealed(database, folder)
    with database.writing() as session:
        for one in session.scalars(select(StoredCheckpoint.id).order_by(StoredCheckpoint.id)).all():
            session.add(Anchor(checkpoint_id=one, place="file", anchored_at=NOON))
    with database.reading() as session:
        notes = session.scalars(select(StoredCheckpoint.note).order_by(StoredCheckpoint.id)).all()

    pack = packed(lambda session: of_request(session, clinic.key, leads[0].ref))

    assert pack.anchors == [notes[0], notes[3], notes[6]]
