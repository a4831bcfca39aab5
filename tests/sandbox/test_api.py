"""The stand-in as gspread meets it: the real client and the real token exchange, over HTTP."""

import json
import stat

import gspread
import pytest
import requests
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.service_account import Credentials

from intake.desk.redirect import answer_from

TEXT = {"userEnteredValue": {"stringValue": "=1+1"}}


def client_of(sandbox, **key_changes):
    key = json.loads(sandbox.access.credentials.read_text()) | key_changes
    credentials = Credentials.from_service_account_info(key, scopes=["https://www.googleapis.com/auth/spreadsheets"])
    for_tokens = requests.Session()
    answer_from(for_tokens, sandbox.access.address)
    session = AuthorizedSession(credentials, auth_request=Request(for_tokens))
    answer_from(session, sandbox.access.address)
    client = gspread.Client(auth=credentials, session=session)
    client.set_timeout(5)
    return client


@pytest.fixture
def book(sandbox):
    return client_of(sandbox).open_by_key(sandbox.access.spreadsheet_id)


def cells(row=0, column=0, *values, fields="userEnteredValue"):
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": [{"values": list(values)}], "fields": fields}}


def column_mark(index, value="pipeline:name", **more):
    place = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": index, "endIndex": index + 1}
    metadata = {"metadataKey": "intake.column", "metadataValue": value, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": metadata | {"location": {"dimensionRange": place}} | more}}


def mark(metadata_id):
    metadata = {"metadataId": metadata_id, "metadataKey": "m", "metadataValue": "v", "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": metadata | {"location": {"spreadsheet": True}}}}


def status_of(work):
    with pytest.raises(gspread.exceptions.APIError) as caught:
        work()
    return caught.value.response.status_code, caught.value.response.json()["error"]["status"]


def test_gspread_opens_writes_and_reads_it(book):
    book.batch_update({"requests": [cells(0, 0, TEXT, {"userEnteredValue": {"numberValue": 2.5}})]})

    assert book.title == "Callback queue (sandbox)"
    assert book.sheet1.get_all_values() == [["=1+1", "2.5"]]
    assert book.sheet1.acell("A1").value == "=1+1"


def test_a_batch_is_applied_as_a_whole_or_not_at_all(book):
    bad = {"insertDimension": {"range": {"sheetId": 99, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}}

    assert status_of(lambda: book.batch_update({"requests": [cells(0, 0, TEXT), mark(7), bad]})) == (
        400,
        "INVALID_ARGUMENT",
    )

    assert book.sheet1.get_all_values() == [[]]
    book.batch_update({"requests": [mark(7)]})


def test_a_metadata_id_exists_once(book):
    book.batch_update({"requests": [mark(7)]})

    assert status_of(lambda: book.batch_update({"requests": [mark(7), cells(0, 0, TEXT)]})) == (400, "INVALID_ARGUMENT")
    assert book.sheet1.get_all_values() == [[]]


def test_metadata_of_a_column_moves_with_it_and_goes_with_it(book, sandbox):
    book.batch_update({"requests": [cells(0, 2, TEXT), column_mark(2)]})
    insert = {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}
    book.batch_update({"requests": [{"insertDimension": insert}]})
    sandbox.staff("move_column", tab="Sheet1", column=3, to=0)

    def places():
        lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "intake.column"}}]}
        url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/developerMetadata:search"
        found = book.client.request("post", url, json=lookup).json()
        return [
            m["developerMetadata"]["location"]["dimensionRange"]["startIndex"]
            for m in found.get("matchedDeveloperMetadata", [])
        ]

    assert places() == [0]
    assert book.sheet1.acell("A1").value == "=1+1"
    delete = {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}}
    book.batch_update({"requests": [{"deleteDimension": delete}]})
    assert places() == []


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"updateCells": {"start": {"sheetId": 0}, "rows": [], "fields": "userEnteredValue", "colour": 1}}, 400),
        ({"setDataValidation": {}}, 501),
        (cells(0, 0, {"userEnteredValue": {"formulaValue": "=1"}}), 501),
        (cells(0, 0, {"userEnteredValue": {"stringValue": 5}}), 400),
        (cells(0, 0, TEXT, fields="nonsense"), 400),
        (cells(5000, 0, TEXT), 400),
        (cells(0, 0, {"userEnteredValue": {"stringValue": "x" * 50_001}}), 400),
        ({"addSheet": {"properties": {"title": "Sheet1"}}}, 400),
        ({"addSheet": {"properties": {"sheetId": 0}}}, 400),
        ({"deleteSheet": {"sheetId": 0}}, 400),
        ({"insertDimension": {"range": {}}}, 400),
        ({}, 400),
    ],
)
def test_what_it_does_not_know_or_accept_it_refuses(book, request_, status):
    assert status_of(lambda: book.batch_update({"requests": [request_]}))[0] == status


def test_masks_cut_the_answer(book):
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}"
    fields = "properties.title,sheets(properties(sheetId,title))"
    found = book.client.request("get", url, params={"fields": fields}).json()

    assert found == {
        "properties": {"title": "Callback queue (sandbox)"},
        "sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}],
    }


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
    assert stat.S_IMODE(sandbox.access.credentials.stat().st_mode) == 0o600


def test_it_keeps_its_workbook_and_its_tokens_over_a_restart(sandbox, book):
    book.batch_update({"requests": [cells(0, 0, TEXT), mark(7)]})
    sandbox.stop()
    sandbox.start()

    assert book.sheet1.get_all_values() == [["=1+1"]]
    assert status_of(lambda: book.batch_update({"requests": [mark(7)]}))[0] == 400
    assert len(sandbox.calls("/token")) == 0


@pytest.mark.parametrize(
    ("kind", "applied"),
    [("429", False), ("500", False), ("500_after", True), ("lost_answer", True), ("drop_before", False)],
)
def test_it_fails_as_it_is_told(sandbox, book, kind, applied):
    sandbox.fault(kind, retry_after=30) if kind == "429" else sandbox.fault(kind)

    with pytest.raises((gspread.exceptions.APIError, requests.ConnectionError)) as caught:
        book.batch_update({"requests": [cells(0, 0, TEXT)]})

    if isinstance(caught.value, gspread.exceptions.APIError) and kind == "429":
        assert caught.value.response.headers["Retry-After"] == "30"
    assert book.sheet1.get_all_values() == ([["=1+1"]] if applied else [[]])
    assert sandbox.call("GET", "/sandbox/faults").json() == {"faults": []}


def test_a_slow_answer_runs_into_the_clients_time_out(sandbox, book):
    book.client.set_timeout(0.2)
    sandbox.fault("latency", seconds=1)

    with pytest.raises(requests.Timeout):
        book.batch_update({"requests": [cells(0, 0, TEXT)]})


def test_strangers_are_refused(sandbox):
    post = {"json": {"action": "sort", "sheetId": 0, "column": 0}}

    assert sandbox.call("GET", "/", headers={"Host": "evil.example"}).status_code == 421
    assert sandbox.call("POST", "/sandbox/staff", headers={"Sec-Fetch-Site": "cross-site"}, **post).status_code == 403
    assert sandbox.call("POST", "/sandbox/staff", data={"action": "sort"}).status_code == 400
    assert sandbox.call("POST", "/sandbox/faults", json={"kind": "flood"}).status_code == 400
    assert sandbox.call("GET", "/nowhere").status_code == 404


def test_staff_sort_insert_delete_and_type(sandbox, book):
    for row, name in enumerate(["Name", "Ben", "ana", "Chloé"]):
        sandbox.staff("edit", tab="Sheet1", row=row, column=0, value=name)
    freeze = {
        "properties": {"sheetId": 0, "gridProperties": {"frozenRowCount": 1}},
        "fields": "gridProperties.frozenRowCount",
    }
    book.batch_update({"requests": [{"updateSheetProperties": freeze}]})

    sandbox.staff("sort", tab="Sheet1", column=0)
    assert [row[0] for row in book.sheet1.get_all_values()] == ["Name", "ana", "Ben", "Chloé"]
    sandbox.staff("sort", tab="Sheet1", column=0, order="DESCENDING")
    sandbox.staff("delete_rows", tab="Sheet1", row=1)
    sandbox.staff("insert_rows", tab="Sheet1", row=1)
    sandbox.staff("edit", tab="Sheet1", row=1, column=0, value="2026-11-30")
    sandbox.staff("edit", tab="Sheet1", row=1, column=1, value="=IMPORTXML(1)")

    assert book.sheet1.get_all_values()[1] == ["2026-11-30", "=IMPORTXML(1)"]
    assert book.sheet1.get("A2", value_render_option="UNFORMATTED_VALUE") == [[46356]]
