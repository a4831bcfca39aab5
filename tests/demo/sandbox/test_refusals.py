"""What the stand-in does not know it refuses as Google would, and never pretends."""

from collections.abc import Iterator

import gspread
import pytest

from tests.demo.sandbox.client import (
    TEXT,
    call,
    cells,
    client_of,
    column_mark,
    columns,
    mark,
    status_of,
)
from tests.demo.sandbox.running import running_sandbox


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[gspread.Spreadsheet]:
    """One spreadsheet for all: what is refused leaves it as it was, which each test that follows
    relies on.
    """
    with running_sandbox(tmp_path_factory.mktemp("refusals") / "sheet") as sandbox:
        yield client_of(sandbox).open_by_key(sandbox.access.spreadsheet_id)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (
            {
                "updateCells": {
                    "start": {"sheetId": 0},
                    "rows": [],
                    "fields": "userEnteredValue",
                    "colour": 1,
                }
            },
            400,
        ),
        ({"addBanding": {}}, 501),
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
        ({"frobnicate": {}}, 400),
        ({"deleteSheet": {"sheetId": 0}, "insertDimension": {}}, 400),
        (cells(0, 0, TEXT, fields=""), 400),
        (cells(0, 0, {"note": "n"}, fields="note"), 501),
        (
            {
                "updateSheetProperties": {
                    "properties": {"sheetId": 0, "title": ""},
                    "fields": "title",
                }
            },
            400,
        ),
        ({"moveDimension": {"source": columns(0, 1), "destinationIndex": 27}}, 400),
        ({"insertDimension": {"range": columns(26, 27)}}, 400),
        ({"insertDimension": {"range": columns(0, 1), "inheritFromBefore": True}}, 400),
        ({"deleteDimension": {"range": columns(0, 26)}}, 400),
        (column_mark(26), 400),
        (mark(-1), 400),
    ],
)
def test_what_it_does_not_know_or_accept_it_refuses(book, request_, status):
    assert status_of(lambda: book.batch_update({"requests": [request_]}))[0] == status


def test_an_unknown_field_is_named_with_its_place_as_google_does(book):
    bad = {"updateCells": {"start": {}, "rows": [{"values": [{"colour": 1}]}], "fields": "*"}}

    with pytest.raises(gspread.exceptions.APIError, match='Unknown name "colour"') as caught:
        book.batch_update({"requests": [mark(7), bad]})

    assert "at 'requests[1].update_cells.rows[0].values[0]': Cannot find field." in str(
        caught.value
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("get", "?fields=nonsense", None, 400),
        ("get", "?fields=sheets.merges", None, 501),
        ("get", "?includeGridData=true", None, 501),
        ("get", "?colour=1", None, 400),
        ("get", "/developerMetadata/99", None, 404),
        ("get", "/developerMetadata/x", None, 400),
        ("post", ":batchUpdate", {"requests": [], "colour": 1}, 400),
        ("post", ":batchUpdate", {"requests": [], "includeSpreadsheetInResponse": True}, 501),
        ("post", "/values/A1:append", {"values": [["=1+1"]]}, 501),
        ("put", "/values/A1", {"values": [["=1+1"]]}, 501),
    ],
)
def test_what_is_not_here_is_refused_and_not_pretended(book, method, path, body, status):
    assert status_of(lambda: call(book, method, path, json=body))[0] == status


@pytest.mark.parametrize("asked", ["Nope!A1", "Sheet1!A1001", "Sheet1!AA1:AB", "no such range"])
def test_a_range_outside_of_the_grid_is_refused(book, asked):
    assert status_of(lambda: call(book, "get", f"/values/{asked}")) == (400, "INVALID_ARGUMENT")
