"""What is not loaded before it is needed: memory of every web process, and the wait for each
command.
"""

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT, SECRET

FOR_THE_DESK = {
    "flask_security",
    "webauthn",
    "argon2",
    "passlib",
    "zxcvbn",
    "qrcode",
    "intake.admin",
    "intake.staff",
}
FOR_THE_RELAY = {
    "gspread",
    "google",
    "requests",
    "smtplib",
    "nh3",
    "intake.relay",
    "intake.mail",
    "intake.sheet",
}
FOR_COMMANDS = {
    "alembic",
    "mako",
    "rfc8785",
    "intake.cli",
    "intake.demo.one_computer",
    "intake.demo.sandbox",
    "intake.migrate",
}
FOR_SIGNATURES = {"cryptography", "OpenSSL"}
OF_OTHERS = {"psycopg", "holidays.countries", "holidays.financial"}
"""PostgreSQL's driver, where the database is SQLite; the holidays of every other country."""
NOT_FOR_THE_FORM = FOR_THE_DESK | FOR_THE_RELAY | FOR_COMMANDS | FOR_SIGNATURES | OF_OTHERS
APPLICATION = {
    "flask",
    "sqlalchemy",
    "pydantic",
    "babel",
    "wtforms",
    "phonenumbers",
    "intake.app",
    "intake.config",
}
ASK = """
from werkzeug.test import Client
from intake.server.start import start
bridge, check = start("127.0.0.1")
check()
client = Client(bridge._app)
assert client.get("/fr/").status_code == 200
assert client.post("/", data={"name": "Ana"}).status_code == 422
"""


def loaded(code, **environ):
    """Return the names of all modules after a fresh interpreter ran *code*."""
    said = f"import sys\n{code}\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split("\n"))


@pytest.mark.parametrize(
    ("code", "kept_out"),
    [
        (
            "from intake.cli import main; main(['--help'], standalone_mode=False)",
            NOT_FOR_THE_FORM | APPLICATION,
        ),
        (
            "from intake.cli import main; main(['--version'], standalone_mode=False)",
            NOT_FOR_THE_FORM | APPLICATION,
        ),
        ("import intake.cli.serve", NOT_FOR_THE_FORM | APPLICATION),
    ],
    ids=["the list of commands", "the version", "the server's parent"],
)
def test_what_only_starts_something_loads_nothing_of_it(code, kept_out):
    assert loaded(code) & (kept_out - {"intake.cli"}) == set()


@pytest.fixture
def place(templates, tmp_path):
    return {
        "INTAKE_DATABASE_URL": templates.sqlite(),
        "INTAKE_INSTANCE": str(tmp_path),
        "INTAKE_SECRET_KEY": SECRET,
    }


def test_a_web_process_loads_what_the_form_needs(place):
    assert loaded(ASK, **place) & NOT_FOR_THE_FORM == set()


@pytest.mark.parametrize(
    ("path", "needed"),
    [("/admin/sign-in", FOR_THE_DESK), ("/readyz", {"cryptography"})],
    ids=["the desk", "readiness"],
)
def test_what_is_loaded_later_is_loaded_at_its_first_request(place, path, needed):
    assert needed <= loaded(f"{ASK}\nassert client.get({path!r}).status_code == 200", **place)
