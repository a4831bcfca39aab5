"""The command line, by which the first owner comes in."""

import re

import pytest
from click.testing import CliRunner, Result

from intake.cli import main
from tests.conftest import ROOT, SECRET

LINK = re.compile(
    r"One-time link, for three days: "
    r"(http://127\.0\.0\.1:8000|https://desk\.example\.com)/admin/welcome/(\S{43})\n"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`run("add", …)` with a database of its own."""
    monkeypatch.setenv("INTAKE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("INTAKE_SECRET_KEY", SECRET)
    monkeypatch.setenv("INTAKE_CLINIC", str(ROOT / "clinic.toml"))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["staff", *arguments])

    assert CliRunner().invoke(main, ["db", "upgrade"]).exit_code == 0
    return invoke


def test_somebody_is_added_listed_reset_and_ended(run, monkeypatch):
    added = run("add", "Ana@clinic.example", "--name", "Ana", "--role", "owner")
    first = LINK.fullmatch(added.output)
    assert first
    assert (
        run(
            "add", "bo@clinic.example", "--name", "Bo", "--role", "auditor", "--until", "2020-01-01"
        ).exit_code
        == 0
    )
    assert run("list").output.splitlines() == [
        "owner       ana@clinic.example  Ana",
        "auditor     bo@clinic.example  Bo  (ended)",
    ]

    monkeypatch.setenv("INTAKE_PUBLIC_URL", "https://desk.example.com")
    again = LINK.fullmatch(run("reset", "ana@clinic.example", "--second-factor").output)
    assert again
    assert again[2] != first[2]
    assert again[1] == "https://desk.example.com"

    assert run("end", "bo@clinic.example").output == "bo@clinic.example may not come in any more.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("end", "ana@clinic.example"),
            "This is the last owner; make somebody else an owner first.",
        ),
        (("reset", "nobody@clinic.example"), "There is no such account."),
        (
            ("add", "ana@clinic.example", "--name", "A", "--role", "admin"),
            "There is an account with this email address",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(run, arguments, said):
    run("add", "ana@clinic.example", "--name", "Ana", "--role", "owner")

    done = run(*arguments)

    assert done.exit_code == 1
    assert said in done.output
