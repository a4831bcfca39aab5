"""What is read: ranges, columns wherever they are, and answers cut to a mask."""

import pytest

from tests.demo.sandbox.client import call, cells, column_mark, mark


def test_a_column_is_read_wherever_it_was_moved(book, sandbox):
    noon = {
        "userEnteredValue": {"numberValue": 46349.5},
        "userEnteredFormat": {"numberFormat": {"type": "DATE_TIME"}},
    }
    write = [
        cells(0, 0, {"userEnteredValue": {"stringValue": "When"}}),
        cells(1, 0, noon, fields="*"),
    ]
    book.batch_update({"requests": [*write, column_mark(0)]})
    sandbox.staff("move_column", tab="Sheet1", column=0, to=3)

    lookup = {
        "developerMetadataLookup": {"metadataValue": "pipeline:name", "locationType": "COLUMN"}
    }
    options = {"majorDimension": "COLUMNS", "valueRenderOption": "UNFORMATTED_VALUE"}
    found = call(
        book, "post", "/values:batchGetByDataFilter", json={"dataFilters": [lookup]} | options
    )

    assert [one["valueRange"]["values"] for one in found["valueRanges"]] == [[["When", 46349.5]]]
    assert found["valueRanges"][0]["valueRange"]["range"] == "Sheet1!C1:C1000"
    assert book.sheet1.get("C2") == [["2026-11-23 12:00"]]


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ("Sheet1!A1:B2", [["a", "b"], ["c"]]),
        ("'sheet1'!A2:A", [["c"]]),
        ("B1:A1", [["a", "b"]]),
        ("Sheet1!1:1", [["a", "b"]]),
        ("Sheet1!D4", None),
    ],
)
def test_ranges_are_named_as_in_a_spreadsheet(book, asked, values):
    a, b, c = ({"userEnteredValue": {"stringValue": letter}} for letter in "abc")
    book.batch_update({"requests": [cells(0, 0, a, b), cells(1, 0, c)]})

    assert call(book, "get", f"/values/{asked}").get("values") == values


def test_masks_cut_the_answer(book):
    book.batch_update({"requests": [mark(7)]})

    assert call(
        book, "get", "", params={"fields": "properties.title,sheets(properties(sheetId,title))"}
    ) == {
        "properties": {"title": "Callback queue (sandbox)"},
        "sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}],
    }
    whole = call(book, "get", "", params={"fields": "developerMetadata(metadataId,location)"})
    place = {"locationType": "SPREADSHEET", "spreadsheet": True}
    assert whole == {"developerMetadata": [{"metadataId": 7, "location": place}]}
