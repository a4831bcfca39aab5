"""How `intake serve` begins: what it checks, who says what is wrong, and what is not loaded before
it is needed.
"""

import gc
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from intake.server import start as start_module
from intake.server.worker_loader import WorkerLoader
from tests.conftest import SECRET
from tests.factories import staff
from tests.journeys.conftest import free_port

TARGET = f"{__name__}:start"
SENTENCE = "It is not ready; do something about it."


def serve(tmp_path, *options: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "intake", "serve", "--port", str(free_port()), *options],
        env=os.environ
        | {"INTAKE_INSTANCE": str(tmp_path / "instance"), "INTAKE_SECRET_KEY": SECRET}
        | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    ("options", "environ", "said"),
    [
        ((), {}, "run “intake db upgrade”"),
        ((), {"INTAKE_CLINIC": "/nowhere.toml"}, "INTAKE_CLINIC: /nowhere.toml cannot be read"),
        ((), {"INTAKE_TRUSTED_PROXIES": "x"}, "INTAKE_TRUSTED_PROXIES"),
        ((), {"INTAKE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "cannot be reached"),
        ((), {"INTAKE_PUBLIC_URL": "https://a.example", "FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        (("--host", "0.0.0.0"), {}, "INTAKE_PUBLIC_URL"),  # noqa: S104
    ],
)
def test_what_the_processes_find_wrong_is_said_once_and_ends_all_of_them(
    tmp_path, options, environ, said
):
    ended = serve(tmp_path, *options, **environ)

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: ")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_database_from_a_backup_is_told_at_the_start(monkeypatch, client, capsys, tmp_path):
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "kept_head.json").touch()
    mode = SimpleNamespace(
        RestoreMode=lambda *_: SimpleNamespace(enter_if_on=lambda now: f"Since {now:%B}.")
    )
    monkeypatch.setattr(start_module, "import_module", {"intake.restore.mode": mode}.__getitem__)

    start_module._check(client.house)

    assert capsys.readouterr().err == "Since November.\n"


def test_a_database_of_another_clinic_is_not_served(client):
    with client.house.database.writing() as session:
        staff(session, name="Ben", clinic="elsewhere")

    with pytest.raises(start_module.NotReady, match=r"“elsewhere”.*INTAKE_DATABASE_URL"):
        start_module._check(client.house)


class Told:
    """Stands for the processes' means to tell each other, and for the parent's signal."""

    def __init__(self, monkeypatch):
        self.checks, self.fails = 0, None
        monkeypatch.setattr(sys.modules[__name__], "told", self, raising=False)

    def check(self):
        self.checks += 1
        if self.fails:
            raise self.fails


def start(name):
    return name, sys.modules[__name__].told.check


@pytest.fixture
def told(monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    yield Told(monkeypatch)
    signal.signal(signal.SIGTERM, before)
    gc.unfreeze()
    gc.enable()


def test_one_process_checks_for_all_and_one_that_is_started_anew_does_not(told):
    beginning = WorkerLoader(TARGET, {"name": "the application"}, lambda _: None)

    assert [beginning(), beginning(), beginning()] == ["the application"] * 3
    assert told.checks == 1
    assert beginning.refusal() is None
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_an_error_that_nobody_expected_is_raised_and_the_next_process_checks_again(told):
    beginning = WorkerLoader(TARGET, {"name": ""}, lambda _: None)
    told.fails = ZeroDivisionError()

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            beginning()

    assert told.checks == 2
    assert beginning.refusal() is None


def test_a_process_that_may_not_start_tells_the_parent_and_waits_to_be_ended(told, monkeypatch):
    class Ended(BaseException):
        pass

    def end():
        raise Ended

    sent = []
    monkeypatch.setattr("os.kill", lambda *signalled: sent.append(signalled))
    monkeypatch.setattr("signal.pause", end)
    told.fails = ZeroDivisionError()
    beginning = WorkerLoader(TARGET, {"name": ""}, lambda _: SENTENCE)

    with pytest.raises(Ended):
        beginning()

    assert sent == [(os.getppid(), signal.SIGTERM)]
    assert beginning.refusal() == SENTENCE


def test_nothing_of_the_desk_is_loaded_before_its_first_request_and_then_once(client, monkeypatch):
    made = []
    admin = client.app.extensions["/admin"]
    load = admin._make

    def counted():
        made.append(1)
        return load()

    monkeypatch.setattr(admin, "_make", counted)

    client.get("/")
    client.get("/administration")
    assert made == []
    for path in ("/admin", "/admin/", "/admin/sign-in", "/admin/nothing"):
        client.get(path)

    assert made == [1]
    assert client.get("/admin/sign-in").title.startswith("Sign in")
