"""The adapter: what goes wrong outside becomes one of our errors, with a sentence for a person."""

import json
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from intake.outbox import LONGEST_AHEAD
from intake.sheet import errors
from intake.sheet.google import connection
from intake.sheet.google.adapter import GoogleSheet
from intake.sheet.google.redirect import answer_from


class Answers(HTTPAdapter):
    """A proxy on the way that answers itself."""

    def __init__(self, body: str, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.body, self.status, self.headers = body, status, headers or {}
        super().__init__()

    def send(
        self, request: requests.PreparedRequest, *_args: Any, **_options: Any
    ) -> requests.Response:
        response = requests.Response()
        response.status_code, response.url, response.raw = (
            self.status,
            request.url,
            BytesIO(self.body.encode()),
        )
        response.headers.update(self.headers)
        return response


def test_a_call_that_takes_too_long_is_given_up(empty_sandbox, google, monkeypatch):
    monkeypatch.setattr(connection, "TIMEOUTS", (1, 0.2))
    empty_sandbox.fault("latency", seconds=2, match="/v4/")

    with pytest.raises(errors.AnswerLost, match="did not answer in time"):
        google.title()


def test_google_is_reached_with_the_least_scope_and_time_outs(google):
    google.title()

    assert google._connection._client.http_client.timeout == (5, 60)
    assert connection.SCOPE == "https://www.googleapis.com/auth/spreadsheets"


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("429", {"retry_after": 7}, errors.SheetBusy),
        ("403", {}, errors.SheetNotShared),
        ("500", {}, errors.AnswerLost),
        ("lost_answer", {}, errors.AnswerLost),
        ("drop_before", {}, errors.AnswerLost),
    ],
)
def test_trouble_is_named_by_what_must_happen_next(empty_sandbox, google, kind, options, error):
    empty_sandbox.fault(kind, match="/v4/", **options)

    with pytest.raises(error) as caught:
        google.title()

    assert caught.value.retry_after == options.get("retry_after")


@pytest.mark.parametrize("body", ["[]", "null", "5", '"x"', "<html>", ""])
def test_an_answer_that_is_no_object_tells_nothing_of_the_outcome(google, body):
    google.title()
    google._connection._client.http_client.session.mount("https://", Answers(body))

    with pytest.raises(errors.AnswerLost, match=r"trying again|check the network"):
        google.title()


def test_a_wrong_id_says_which_setting_to_correct(empty_sandbox):
    with pytest.raises(errors.SheetGone, match="INTAKE_SPREADSHEET_ID"):
        GoogleSheet(empty_sandbox.access.credentials, "another").title()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("not json", "no service account key"),
        ('{"type": "service_account"}', "no service account key"),
        ("[]", "no service account key"),
        ("null", "no service account key"),
    ],
)
def test_a_key_file_that_can_not_be_used_is_named(tmp_path, content, said):
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content)

    with pytest.raises(errors.CredentialsRefused, match=said) as caught:
        GoogleSheet(path, "x").title()

    assert "INTAKE_GOOGLE_CREDENTIALS" in str(caught.value)


def test_a_key_that_google_no_longer_knows_says_so(empty_sandbox, tmp_path):
    key = json.loads(empty_sandbox.access.credentials.read_text()) | {
        "client_email": "gone@sandbox.invalid"
    }
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key))

    with pytest.raises(errors.CredentialsRefused, match="make a new one"):
        GoogleSheet(path, empty_sandbox.access.spreadsheet_id).title()


def test_a_key_file_that_was_replaced_is_used_without_a_restart(empty_sandbox, tmp_path):
    key, path = empty_sandbox.access.credentials.read_text(), tmp_path / "key.json"
    path.write_text(json.dumps(json.loads(key) | {"client_email": "gone@sandbox.invalid"}))
    sheet = GoogleSheet(path, empty_sandbox.access.spreadsheet_id)
    with pytest.raises(errors.CredentialsRefused):
        sheet.title()

    path.write_text(key)

    assert sheet.title() == "Callback queue (sandbox)"
    assert sheet.account == "front-desk@sandbox.invalid"


def test_a_rest_that_is_asked_for_is_never_taken_for_a_clock_that_was_set_back(
    empty_sandbox, google
):
    empty_sandbox.fault("429", match="/v4/", retry_after=86_400)

    with pytest.raises(errors.SheetBusy) as caught:
        google.title()

    assert 300 < caught.value.retry_after < LONGEST_AHEAD.total_seconds()


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("Mon, 23 Nov 2026 17:01:30 GMT", 90.0),
        ("Mon, 23 Nov 2026 16:00:00 GMT", 0.0),
        ("Tue, 24 Nov 2026 17:00:00 GMT", connection.LONGEST_REST),
        ("soon", None),
    ],
)
def test_a_rest_may_be_asked_for_as_a_date(google, asked, seconds):
    google.title()
    headers = {"Retry-After": asked, "Date": "Mon, 23 Nov 2026 17:00:00 GMT"}
    busy = Answers('{"error": {"code": 429, "message": "x"}}', 429, headers)
    google._connection._client.http_client.session.mount("https://", busy)

    with pytest.raises(errors.SheetBusy) as caught:
        google.title()

    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "endpoint", ["http://192.0.2.1:80", "http://evil.example", "https://10.0.0.1"]
)
def test_no_key_file_can_lead_patients_names_to_a_stranger(endpoint):
    with pytest.raises(errors.CredentialsRefused, match="an address of this computer"):
        answer_from(requests.Session(), endpoint)
