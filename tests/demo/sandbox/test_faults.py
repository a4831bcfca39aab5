"""Trouble on demand, and the list of calls to count by."""

import gspread
import pytest
import requests

from tests.demo.sandbox.client import TEXT, cells, client_of, mark, status_of


@pytest.mark.parametrize(
    ("kind", "applied"),
    [
        ("429", False),
        ("403", False),
        ("500", False),
        ("500_after", True),
        ("lost_answer", True),
        ("drop_before", False),
    ],
)
def test_it_fails_as_it_is_told(sandbox, book, kind, applied):
    sandbox.fault(kind, retry_after=30) if kind == "429" else sandbox.fault(kind)

    with pytest.raises((gspread.exceptions.APIError, requests.ConnectionError)) as caught:
        book.batch_update({"requests": [cells(0, 0, TEXT)]})

    if isinstance(caught.value, gspread.exceptions.APIError) and kind == "429":
        assert caught.value.response.headers["Retry-After"] == "30"
    assert book.sheet1.get_all_values() == ([["=1+1"]] if applied else [[]])
    assert sandbox.call("GET", "/sandbox/faults").json() == {"faults": []}


def test_a_fault_strikes_the_api_only_unless_the_token_is_named(sandbox):
    sandbox.fault("429", match="")

    book = client_of(sandbox)
    with pytest.raises(gspread.exceptions.APIError) as caught:
        book.open_by_key(sandbox.access.spreadsheet_id)

    error = caught.value.response.json()["error"]
    assert (error["status"], error["details"][0]["reason"]) == (
        "RESOURCE_EXHAUSTED",
        "RATE_LIMIT_EXCEEDED",
    )
    assert book.open_by_key(sandbox.access.spreadsheet_id).id == sandbox.access.spreadsheet_id
    sandbox.fault("500", match="/token")
    assert sandbox.call("POST", "/token").status_code == 500


def test_a_token_that_ran_out_is_renewed_and_the_call_sent_again(sandbox, book):
    sandbox.fault("401")

    book.batch_update({"requests": [cells(0, 0, TEXT)]})

    assert book.sheet1.get_all_values() == [["=1+1"]]
    assert [call["status"] for call in sandbox.calls(":batchUpdate")] == [401, 200]


def test_calls_are_listed_with_what_became_of_them(sandbox, book):
    sandbox.clear()
    sandbox.fault("lost_answer")
    with pytest.raises(requests.ConnectionError):
        book.batch_update({"requests": [mark(7)]})
    status_of(lambda: book.batch_update({"requests": [mark(7)]}))

    assert [(one["method"], one["status"], one["applied"]) for one in sandbox.requests()] == [
        ("POST", None, True),
        ("POST", 400, False),
    ]
    sandbox.clear()
    assert sandbox.requests() == []


def test_a_slow_answer_runs_into_the_clients_time_out(sandbox, book):
    book.client.set_timeout(0.2)
    sandbox.fault("latency", seconds=1)

    with pytest.raises(requests.Timeout):
        book.batch_update({"requests": [cells(0, 0, TEXT)]})
