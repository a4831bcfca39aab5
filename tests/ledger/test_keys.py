import errno
import os
import subprocess
import sys

import pytest

from intake.ledger.keys import KeyProblem, ensure_key, former_key, known_keys, rotate
from intake.ledger.note import Checkpoint, open_checkpoint, sign_checkpoint
from tests.conftest import ROOT

ORIGIN = "clinic.example/consent"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "instance"


def modes(folder):
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_the_first_call_makes_a_key_that_only_this_account_can_read(folder):
    signer = ensure_key(folder, ORIGIN)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert modes(folder) == {"ledger_key": 0o600, "ledger_keys.pub": 0o644}
    assert known_keys(folder) == [signer.verifier]


def test_the_key_stays_the_same(folder):
    assert ensure_key(folder, ORIGIN).secret_text == ensure_key(folder, ORIGIN).secret_text
    assert len(known_keys(folder)) == 1


MANY_AT_ONCE = r"""
import os, sys
from pathlib import Path
from intake.ledger.keys import ensure_key

waiting, start = os.pipe()
for _ in range(5):
    if os.fork() == 0:
        os.close(start)
        os.read(waiting, 1)  # ends when all are there and the last one lets go of the other side
        line = f"{ensure_key(Path(sys.argv[1]), sys.argv[2]).verifier}\n"
        os.write(1, line.encode())  # in one piece
        os._exit(0)
os.close(start)
sys.exit(any(os.wait()[1] for _ in range(5)))
"""
"""Forked, so that what takes long to load is loaded once and none begins before the others."""


def test_of_many_processes_that_start_at_once_all_get_one_key(folder):
    command = [sys.executable, "-c", MANY_AT_ONCE, str(folder), ORIGIN]

    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout

    assert said.splitlines() == [str(ensure_key(folder, ORIGIN).verifier)] * 5
    assert len(known_keys(folder)) == 1
    assert sorted(modes(folder)) == ["ledger_key", "ledger_keys.pub"]


def test_a_replaced_key_is_kept_and_both_sign_once(folder):
    first = ensure_key(folder, ORIGIN)

    former, new = rotate(folder, ORIGIN)
    note = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), [former, new])

    assert former.secret_text == first.secret_text
    assert ensure_key(folder, ORIGIN).secret_text == new.secret_text
    assert former_key(folder, ORIGIN, first.verifier.hash).secret_text == first.secret_text
    assert known_keys(folder) == [first.verifier, new.verifier]
    assert open_checkpoint(note, [first.verifier]) == open_checkpoint(note, [new.verifier])
    assert modes(folder)[f"ledger_key.{first.verifier.hash.hex()}"] == 0o600


def test_keys_can_be_replaced_again_and_again(folder):
    pairs = [rotate(folder, ORIGIN) for _ in range(3)]

    assert [former.verifier for former, _ in pairs[1:]] == [new.verifier for _, new in pairs[:-1]]
    assert len(known_keys(folder)) == 4


def test_a_process_that_died_while_it_replaced_a_key_leaves_one_that_can_be_replaced(folder):
    first = ensure_key(folder, ORIGIN)
    (folder / f"ledger_key.{first.verifier.hash.hex()}").hardlink_to(folder / "ledger_key")

    assert rotate(folder, ORIGIN)[0].secret_text == first.secret_text
    assert ensure_key(folder, ORIGIN).verifier == known_keys(folder)[-1] != first.verifier


def test_a_key_made_by_a_process_that_died_before_it_told_of_it_is_told_of_later(folder):
    signer = ensure_key(folder, ORIGIN)
    (folder / "ledger_keys.pub").unlink()

    ensure_key(folder, ORIGIN)

    assert known_keys(folder) == [signer.verifier]


def test_a_key_that_others_can_read_is_not_used(folder):
    ensure_key(folder, ORIGIN)
    (folder / "ledger_key").chmod(0o640)

    with pytest.raises(
        KeyProblem, match=f"can be read by others; run: chmod 600 {folder / 'ledger_key'}"
    ):
        ensure_key(folder, ORIGIN)


def test_a_key_that_was_lost_is_not_replaced_in_silence(folder):
    ensure_key(folder, ORIGIN)
    (folder / "ledger_key").unlink()

    with pytest.raises(KeyProblem, match="says that there was one; put it back from your backup"):
        ensure_key(folder, ORIGIN)

    (folder / "ledger_keys.pub").rename(folder / "before.pub")
    assert ensure_key(folder, ORIGIN)


@pytest.mark.parametrize(
    "text", ["", "garbage", "\x00\xff", "PRIVATE+KEY+clinic.example/consent+00000000+AAAA"]
)
def test_a_file_that_holds_no_key_is_told_without_telling_what_it_holds(folder, text):
    ensure_key(folder, ORIGIN)
    (folder / "ledger_key").write_bytes(text.encode("latin-1"))

    with pytest.raises(KeyProblem, match="does not hold a signing key; put it back") as problem:
        ensure_key(folder, ORIGIN)

    assert not text or text not in str(problem.value)


def test_the_key_of_another_log_is_not_used(folder):
    ensure_key(folder, "clinic.example/before")

    with pytest.raises(KeyProblem, match=f"the key of “clinic.example/before”, not of “{ORIGIN}”"):
        ensure_key(folder, ORIGIN)


def test_a_log_needs_a_name_that_a_checkpoint_can_hold(folder):
    with pytest.raises(KeyProblem, match="cannot name a log"):
        ensure_key(folder, "Clinic of Ana")


def test_a_list_of_public_keys_that_was_damaged_is_told(folder):
    ensure_key(folder, ORIGIN)
    with (folder / "ledger_keys.pub").open("a") as file:
        file.write("garbage\n")

    with pytest.raises(KeyProblem, match="holds a line that is no public key"):
        ensure_key(folder, ORIGIN)


def test_what_the_system_refuses_is_told_with_what_to_do(folder, tmp_path):
    (folder / "ledger_key").mkdir(parents=True)
    (tmp_path / "file").touch()

    with pytest.raises(
        KeyProblem,
        match=f"^{folder / 'ledger_key'}: Is a directory; "
        f"the account that signs must own {folder} ",
    ):
        ensure_key(folder, ORIGIN)
    with pytest.raises(KeyProblem, match="the account that signs must own"):
        ensure_key(tmp_path / "file" / "instance", ORIGIN)
    with pytest.raises(KeyProblem, match="No such file or directory"):
        former_key(folder, ORIGIN, bytes(4))


def test_a_full_disk_is_told_with_the_folder_though_the_system_names_no_file(folder, monkeypatch):
    def is_full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", is_full)

    with pytest.raises(KeyProblem, match=f"^{folder}: No space left on device; the account"):
        ensure_key(folder, ORIGIN)


def test_a_draft_that_a_killed_process_left_is_in_nobodys_way(folder):
    ensure_key(folder, ORIGIN)
    (folder / f".ledger_key.{os.getpid()}").touch(mode=0o600)

    former, new = rotate(folder, ORIGIN)

    assert known_keys(folder) == [former.verifier, new.verifier]
