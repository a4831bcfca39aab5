"""Who is let in: keys, tokens, and nobody from elsewhere."""

import json
import signal
import socket
import stat
import subprocess
import sys
import time

import gspread
import pytest
import requests
from google.auth import jwt
from google.auth.crypt import RSASigner

from intake.demo.one_computer import Processes
from intake.demo.sandbox import prepare
from tests.demo.sandbox.client import client_of


def test_only_a_key_of_this_sandbox_opens_it(sandbox, tmp_path):
    def problem(**changes):
        with pytest.raises(Exception) as caught:  # noqa: PT011  (google-auth's own)
            client_of(sandbox, **changes).open_by_key(sandbox.access.spreadsheet_id)
        return f"{type(caught.value).__name__} {caught.value}"

    assert "invalid_grant" in problem(client_email="stranger@sandbox.invalid")
    plain = sandbox.call("GET", f"/v4/spreadsheets/{sandbox.access.spreadsheet_id}")
    assert (plain.status_code, plain.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client_of(sandbox).open_by_key("another")
    files = [path for path in sandbox.folder.iterdir() if path.is_file()]
    assert {path.name for path in files} == {"service-account.json", "workbook.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_another_port_changes_the_address_in_the_key_and_nothing_else(tmp_path):
    first, second = (
        json.loads(prepare(tmp_path / "sheet", port).credentials.read_text())
        for port in (8001, 8002)
    )

    assert (first["sheets_endpoint"], second["sheets_endpoint"]) == (
        "http://127.0.0.1:8001",
        "http://127.0.0.1:8002",
    )
    assert {name for name in first if first[name] != second[name]} == {
        "token_uri",
        "sheets_endpoint",
    }
    assert stat.S_IMODE((tmp_path / "sheet").stat().st_mode) == 0o700


def test_a_token_is_given_for_a_right_assertion_only(sandbox):
    def answer(**form):
        found = sandbox.call("POST", "/token", data=form)
        return found.status_code, found.json()["error"]

    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert answer(grant_type="password", assertion="x") == (400, "unsupported_grant_type")
    assert answer(grant_type=grant, assertion="x") == (400, "invalid_grant")
    key = json.loads(sandbox.access.credentials.read_text())
    now = int(time.time())
    claims = {
        "iss": key["client_email"],
        "iat": now,
        "exp": now + 600,
        "aud": "https://oauth2.googleapis.com/token",
    }
    signer = RSASigner.from_service_account_info(key)
    for wrong in (
        {"aud": "https://elsewhere.example/token"},
        {"iss": "someone@sandbox.invalid"},
        {"exp": now - 60},
    ):
        assertion = jwt.encode(signer, claims | wrong).decode()
        assert answer(grant_type=grant, assertion=assertion) == (400, "invalid_grant")
    right = sandbox.call(
        "POST",
        "/token",
        data={"grant_type": grant, "assertion": jwt.encode(signer, claims).decode()},
    )
    assert (right.status_code, right.json()["expires_in"], right.json()["token_type"]) == (
        200,
        3599,
        "Bearer",
    )


def test_strangers_are_refused(sandbox):
    post = {"json": {"action": "sort", "sheetId": 0, "column": 0}}

    assert sandbox.call("GET", "/", headers={"Host": "evil.example"}).status_code == 421
    assert (
        sandbox.call(
            "POST", "/sandbox/staff", headers={"Sec-Fetch-Site": "cross-site"}, **post
        ).status_code
        == 403
    )
    assert (
        sandbox.call(
            "POST", "/sandbox/staff", headers={"Origin": "http://localhost:1"}, **post
        ).status_code
        == 403
    )
    assert sandbox.call("POST", "/sandbox/staff", data={"action": "sort"}).status_code == 400
    assert sandbox.call("POST", "/sandbox/faults", json={"kind": "flood"}).status_code == 400
    assert sandbox.call("GET", "/nowhere").status_code == 404


def test_its_own_process_ends_with_a_signal_and_leaves_nothing_half_done(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "intake.demo.sandbox",
        "--port",
        str(port),
        "--data",
        str(tmp_path / "sheet"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        demo = Processes({}, {"sandbox": process})
        demo.wait_for(f"http://127.0.0.1:{port}/")
        process.send_signal(signal.SIGTERM)

        assert (process.wait(10), process.stdout.read()) == (0, b"")


def test_a_session_keeps_its_connection_until_the_sandbox_ends(sandbox, book):
    pool = book.client.session.get_adapter("https://").poolmanager.pools
    for _ in range(3):
        book.sheet1.get_all_values()

    assert [pool[key].num_connections for key in pool.keys()] == [1]  # noqa: SIM118  (it is no dict)
    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        book.sheet1.get_all_values()
