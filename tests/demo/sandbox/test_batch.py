"""What a batch changes, and that it changes all or nothing."""

from tests.demo.sandbox.client import TEXT, cells, column_mark, columns, mark, places_of, status_of


def test_gspread_opens_writes_and_reads_it(book):
    book.batch_update({"requests": [cells(0, 0, TEXT, {"userEnteredValue": {"numberValue": 2.5}})]})

    assert book.title == "Callback queue (sandbox)"
    assert book.sheet1.get_all_values() == [["=1+1", "2.5"]]
    assert book.sheet1.acell("A1").value == "=1+1"


def test_a_batch_is_applied_as_a_whole_or_not_at_all(book):
    bad = {
        "insertDimension": {
            "range": {"sheetId": 99, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}
        }
    }

    assert status_of(
        lambda: book.batch_update({"requests": [cells(0, 0, TEXT), mark(7), bad]})
    ) == (400, "INVALID_ARGUMENT")

    assert book.sheet1.get_all_values() == [[]]
    book.batch_update({"requests": [mark(7)]})


def test_a_metadata_id_exists_once(book):
    book.batch_update({"requests": [mark(7)]})

    assert status_of(lambda: book.batch_update({"requests": [mark(7), cells(0, 0, TEXT)]})) == (
        400,
        "INVALID_ARGUMENT",
    )
    assert book.sheet1.get_all_values() == [[]]


def test_metadata_of_a_column_moves_with_it_and_goes_with_it(book, sandbox):
    book.batch_update(
        {"requests": [cells(0, 2, TEXT), column_mark(2), column_mark(3, "staff:notes")]}
    )
    book.batch_update({"requests": [{"insertDimension": {"range": columns(0, 1)}}]})
    sandbox.staff("move_column", tab="Sheet1", column=3, to=0)

    assert places_of(book) == {"pipeline:name": 0, "staff:notes": 4}
    assert book.sheet1.acell("A1").value == "=1+1"
    book.batch_update(
        {"requests": [{"moveDimension": {"source": columns(0, 1), "destinationIndex": 5}}]}
    )
    assert places_of(book) == {"pipeline:name": 4, "staff:notes": 3}
    book.batch_update({"requests": [{"deleteDimension": {"range": columns(4, 5)}}]})
    assert places_of(book) == {"staff:notes": 3}


def test_with_a_range_what_is_not_given_is_cleared(book):
    book.batch_update({"requests": [cells(0, 0, TEXT, TEXT), cells(1, 0, TEXT, TEXT)]})
    area = {
        "sheetId": 0,
        "startRowIndex": 0,
        "endRowIndex": 2,
        "startColumnIndex": 0,
        "endColumnIndex": 1,
    }
    only = {"range": area, "rows": [{"values": [{"userEnteredValue": {"boolValue": True}}]}]}

    book.batch_update({"requests": [{"updateCells": only | {"fields": "userEnteredValue"}}]})

    assert book.sheet1.get_all_values() == [["TRUE", "=1+1"], ["", "=1+1"]]


def test_tabs_are_added_changed_and_deleted(book):
    grid = {"rowCount": 5, "columnCount": 2, "frozenRowCount": 1}
    add = {"properties": {"sheetId": 5, "title": "Queue", "index": 0, "gridProperties": grid}}
    hide = {
        "range": columns(0, 1) | {"sheetId": 5},
        "properties": {"pixelSize": 160, "hiddenByUser": True},
    }
    wide = {"properties": {"sheetId": 5, "index": 2, "gridProperties": {"columnCount": 4}}}
    zone = {"properties": {"timeZone": "America/Toronto"}, "fields": "timeZone"}

    book.batch_update(
        {
            "requests": [
                {"addSheet": add},
                {"updateDimensionProperties": hide | {"fields": "pixelSize,hiddenByUser"}},
                {"updateSheetProperties": wide | {"fields": "index,gridProperties.columnCount"}},
                {"updateSpreadsheetProperties": zone},
            ]
        }
    )

    assert [(tab.title, tab.col_count, tab.frozen_row_count) for tab in book.worksheets()] == [
        ("Sheet1", 26, 0),
        ("Queue", 4, 1),
    ]
    assert status_of(lambda: book.batch_update({"requests": [{"addSheet": add}]})) == (
        400,
        "INVALID_ARGUMENT",
    )
    book.batch_update({"requests": [{"deleteSheet": {"sheetId": 5}}]})
    assert [tab.title for tab in book.worksheets()] == ["Sheet1"]


def test_it_keeps_its_workbook_and_its_tokens_over_a_restart(sandbox, book):
    book.batch_update({"requests": [cells(0, 0, TEXT), mark(7)]})
    sandbox.stop()
    sandbox.start()

    assert book.sheet1.get_all_values() == [["=1+1"]]
    assert status_of(lambda: book.batch_update({"requests": [mark(7)]}))[0] == 400
    assert len(sandbox.calls("/token")) == 0
