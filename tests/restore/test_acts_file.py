"""The file of kept acts: whole under many writers, and honest about what is wrong with it."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from intake.ledger.acts_file import ActsFile, NotKept
from intake.ledger.kept_acts import KeptAct, KeptActKind
from tests.conftest import NOON

KEY = b"the key of the tests' acts"
ACT = KeptAct(
    "u1", KeptActKind.WITHDRAWN, "riverside", NOON, "K7F-2QGX", "ab" * 32, ("news",), "button"
)


@pytest.fixture
def file(tmp_path):
    return ActsFile(tmp_path / "ledger", KEY)


def numbered(start, count):
    return [replace(ACT, uid=f"u{at}") for at in range(start, start + count)]


def test_what_is_appended_is_read_again_in_its_order_and_for_this_account_only(file):
    acts = [ACT, replace(ACT, uid="u2", kind=KeptActKind.ERASED, ref="", address="", purposes=())]

    file.append(acts[:1])
    file.append(acts[1:])

    assert list(file.acts()) == acts
    assert file.problems() == []
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_threads_and_processes_append_at_once_and_lose_nothing(file):
    code = (
        "import sys; from pathlib import Path; from tests.restore.test_acts_file import *;"
        "file = ActsFile(Path(sys.argv[1]), KEY);"
        "[file.append(numbered(int(sys.argv[2]) + at, 1)) for at in range(10)]"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(file.path.parent), str(start)])
        for start in (1000, 2000)
    ]
    threads = [
        threading.Thread(
            target=lambda start=start: [file.append(numbered(start + at, 1)) for at in range(10)]
        )
        for start in (3000, 4000)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = [process.wait() for process in processes]

    assert codes == [0, 0]
    assert {act.uid for act in file.acts()} == {
        f"u{start + at}" for start in (1000, 2000, 3000, 4000) for at in range(10)
    }
    assert file.problems() == []


@pytest.mark.parametrize("torn", [1, 7, 60, 200])
def test_a_line_that_a_power_cut_tore_is_passed_over_and_told(file, torn):
    file.append(numbered(1, 2))
    file.path.write_bytes(file.path.read_bytes()[:-torn])

    file.append(numbered(3, 1))

    kept = [act.uid for act in file.acts()]
    assert kept == (["u1", "u2", "u3"] if torn == 1 else ["u1", "u3"])
    assert bool(file.problems()) is (torn != 1), (
        "with its line feed alone torn off, nothing is lost"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], *lines[2:]],  # one taken out
        lambda lines: lines[1:],  # the first taken out
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0].replace(b"K7F-2QGX", b"K7F-2QGY"), *lines[1:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [b'{"uid": "forged"}\t' + b"0" * 64 + b"\n", *lines],
        lambda lines: [b"\xff\xfe nothing of ours \n", *lines],
    ],
)
def test_lines_that_were_altered_taken_out_or_moved_are_found(file, change):
    file.append(numbered(1, 3))
    file.path.write_bytes(b"".join(change(file.path.read_bytes().splitlines(keepends=True))))

    assert file.problems() != []
    assert all(act.ref == "K7F-2QGX" for act in file.acts()), "what was altered is not believed"


def test_another_key_believes_nothing(file):
    file.append([ACT])

    other = ActsFile(file.path.parent, b"another key")

    assert list(other.acts()) == []
    assert other.problems() == ["line 1 of kept_acts.txt was torn or altered"]


def test_a_place_that_cannot_be_written_is_told_with_what_to_do(tmp_path):
    (tmp_path / "ledger").write_text("a file where the folder should be")

    with pytest.raises(NotKept, match="cannot be written"):
        ActsFile(tmp_path / "ledger", KEY).append([ACT])
