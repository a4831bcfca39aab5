"""Output that could fail half way: encodings without a letter, a reader who leaves, a disk that is
full.
"""

import os
import subprocess
import sys

import pytest

from intake.db import Database
from tests.conftest import NOON
from tests.factories import Factory

NAME = "Ana Đặng-O’Neil 李"


@pytest.fixture
def run(templates, clinic, tmp_path):
    """Run `intake …` as a process, on a database in which somebody waits; standard output as the
    test wants it.
    """
    url = templates.sqlite()
    database = Database(url)
    with database.writing() as session:
        for _ in range(3):
            Factory(session, clinic)(name=NAME, now=NOON)
    database.dispose()

    def start(*arguments, out=subprocess.PIPE, **environ):
        env = os.environ | {"INTAKE_INSTANCE": str(tmp_path), "INTAKE_DATABASE_URL": url} | environ
        command = [sys.executable, "-m", "intake", *arguments]
        return subprocess.run(command, env=env, stdout=out, stderr=subprocess.PIPE, check=False)

    return start


@pytest.mark.parametrize(("given", "encoding"), [("latin-1", "latin-1"), ("ascii", "utf-8")])
def test_a_terminal_that_lacks_a_letter_gets_every_line(run, given, encoding):
    # Click itself takes ASCII for a mistake, and writes UTF-8
    ended = run("queue", "list", PYTHONIOENCODING=given)

    said = ended.stdout.decode(encoding)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert said.count("\n") >= 3
    assert NAME.encode(encoding, "backslashreplace").decode(encoding) in said


def test_a_file_for_programs_is_the_same_whatever_the_terminal_knows(run):
    written = run("queue", "list", "--csv", PYTHONIOENCODING="cp850").stdout

    assert NAME in written.decode("utf-8")


@pytest.mark.parametrize(
    "arguments", [("queue", "list"), ("consent", "suppressions"), ("--help",)], ids=" ".join
)
def test_a_disk_that_is_full_is_one_sentence_and_no_success(run, arguments):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        ended = run(*arguments, out=full)

    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert "Error: The output could not be written in full (No space left on device)" in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@pytest.mark.parametrize("arguments", [("queue", "list", "--csv"), ("--help",)], ids=" ".join)
def test_a_reader_who_leaves_ends_it_quietly(run, arguments):
    read, write = os.pipe()
    os.close(read)

    ended = run(*arguments, out=write)
    os.close(write)

    assert b"Traceback" not in ended.stderr
    assert b"BrokenPipe" not in ended.stderr
