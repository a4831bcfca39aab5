"""Protections, drop-downs, colours and filters: kept, answered as Google answers them, and moved
with the grid.
"""

import gspread
import pytest

from intake.demo.sandbox.formula import FormulaContext, holds, moved
from tests.demo.sandbox.client import TEXT, cells, client_of

FIELDS = "sheets(properties,protectedRanges,conditionalFormats,filterViews,basicFilter)"
COLUMN_B = {"sheetId": 0, "startColumnIndex": 1, "endColumnIndex": 2}
CHOICE = {
    "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Yes"}]},
    "showCustomUi": True,
}
RULE = {
    "ranges": [COLUMN_B],
    "booleanRule": {
        "condition": {
            "type": "CUSTOM_FORMULA",
            "values": [{"userEnteredValue": '=AND($B1<>"",$C1="x")'}],
        },
        "format": {"backgroundColorStyle": {"rgbColor": {"red": 1}}},
    },
}
VIEW = {
    "title": "Mine",
    "range": {"sheetId": 0},
    "sortSpecs": [{"dimensionIndex": 1, "sortOrder": "ASCENDING"}],
    "filterSpecs": [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["No"]}}],
}


@pytest.fixture
def everything(book):
    protection = {"range": COLUMN_B, "description": "ours", "warningOnly": True}
    book.batch_update(
        {
            "requests": [
                {"addProtectedRange": {"protectedRange": protection}},
                {"setDataValidation": {"range": {**COLUMN_B, "startRowIndex": 1}, "rule": CHOICE}},
                {"addConditionalFormatRule": {"rule": RULE, "index": 0}},
                {"addFilterView": {"filter": VIEW}},
                {"setBasicFilter": {"filter": {"range": {"sheetId": 0}}}},
            ]
        }
    )
    return book


def described(book):
    return book.fetch_sheet_metadata(params={"fields": FIELDS})["sheets"][0]


def validations(book, row=2):
    params = {
        "fields": "sheets(data(startColumn,rowData(values(dataValidation))))",
        "ranges": f"Sheet1!{row}:{row}",
        "includeGridData": "true",
    }
    rows = book.fetch_sheet_metadata(params=params)["sheets"][0]["data"][0].get("rowData", [])
    return [
        at for line in rows for at, cell in enumerate(line["values"]) if "dataValidation" in cell
    ]


def test_what_is_attached_is_described_as_google_does(everything):
    found = described(everything)

    assert found["protectedRanges"][0]["range"] == {"startColumnIndex": 1, "endColumnIndex": 2}
    assert found["protectedRanges"][0]["protectedRangeId"] > 0
    assert found["conditionalFormats"][0]["booleanRule"] == RULE["booleanRule"]
    assert found["filterViews"][0]["title"] == "Mine"
    whole = {"startRowIndex": 0, "endRowIndex": 1000, "startColumnIndex": 0, "endColumnIndex": 26}
    assert found["basicFilter"] == {"range": whole}
    assert validations(everything) == [1]
    assert validations(everything, row=1) == []


def test_a_restart_keeps_it(everything, sandbox):
    before = described(everything)
    sandbox.stop()
    sandbox.start()

    assert described(client_of(sandbox).open_by_key(everything.id)) == before


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (
            {
                "insertDimension": {
                    "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 2}
                }
            },
            3,
        ),
        (
            {
                "deleteDimension": {
                    "range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
                }
            },
            0,
        ),
        (
            {
                "moveDimension": {
                    "source": {
                        "sheetId": 0,
                        "dimension": "COLUMNS",
                        "startIndex": 1,
                        "endIndex": 2,
                    },
                    "destinationIndex": 5,
                }
            },
            4,
        ),
    ],
)
def test_it_follows_its_column(everything, change, column):
    everything.batch_update({"requests": [change]})

    found = described(everything)
    letter = "ABCDEFGH"[column]
    where = found["protectedRanges"][0]["range"]
    assert (where.get("startColumnIndex", 0), where["endColumnIndex"]) == (column, column + 1)
    condition = found["conditionalFormats"][0]["booleanRule"]["condition"]
    assert f"${letter}1<>" in condition["values"][0]["userEnteredValue"]
    assert found["filterViews"][0]["filterSpecs"][0].get("columnIndex", 0) == column
    assert validations(everything) == [column]


def test_rows_that_are_inserted_push_a_bounded_area_down_and_leave_an_open_one_open(everything):
    place = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}
    everything.batch_update({"requests": [{"insertDimension": {"range": place}}]})

    assert (validations(everything, 2), validations(everything, 4)) == ([], [1])
    assert "startRowIndex" not in described(everything)["protectedRanges"][0]["range"]


def test_it_goes_with_its_column(everything):
    place = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    everything.batch_update({"requests": [{"deleteDimension": {"range": place}}]})

    found = described(everything)
    assert {"protectedRanges", "conditionalFormats"} & found.keys() == set()
    assert "filterSpecs" not in {key for key, value in found["filterViews"][0].items() if value}


def test_each_can_be_taken_away(everything):
    found = described(everything)
    everything.batch_update(
        {
            "requests": [
                {
                    "deleteProtectedRange": {
                        "protectedRangeId": found["protectedRanges"][0]["protectedRangeId"]
                    }
                },
                {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}},
                {"deleteFilterView": {"filterId": found["filterViews"][0]["filterViewId"]}},
                {"clearBasicFilter": {"sheetId": 0}},
                {"setDataValidation": {"range": {**COLUMN_B, "startRowIndex": 1}}},
            ]
        }
    )

    assert described(everything).keys() == {"properties"}
    assert validations(everything) == []


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"deleteProtectedRange": {"protectedRangeId": 5}}, 400),
        ({"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}}, 400),
        (
            {
                "addConditionalFormatRule": {
                    "rule": {
                        "ranges": [COLUMN_B],
                        "booleanRule": {
                            "condition": {
                                "type": "CUSTOM_FORMULA",
                                "values": [{"userEnteredValue": "=IMPORTXML(A1)"}],
                            }
                        },
                    }
                }
            },
            501,
        ),
        (
            {
                "addConditionalFormatRule": {
                    "rule": {"ranges": [COLUMN_B], "booleanRule": {"condition": {"type": "BLANK"}}}
                }
            },
            501,
        ),
        (
            {
                "setDataValidation": {
                    "range": COLUMN_B,
                    "rule": {"condition": {"type": "TEXT_IS_EMAIL"}},
                }
            },
            501,
        ),
        ({"addProtectedRange": {"protectedRange": {"range": {"sheetId": 7}}}}, 400),
        ({"addProtectedRange": {"protectedRange": {"range": {"startColumnIndex": 26}}}}, 400),
        ({"addProtectedRange": {"protectedRange": {"description": "no range"}}}, 400),
        (
            {
                "addProtectedRange": {
                    "protectedRange": {
                        "range": {},
                        "warningOnly": True,
                        "editors": {"users": ["a@b.c"]},
                    }
                }
            },
            400,
        ),
        (
            {
                "setDataValidation": {
                    "range": COLUMN_B,
                    "rule": {"condition": {"type": "ONE_OF_LIST"}},
                }
            },
            400,
        ),
        ({"setDataValidation": {"range": {"endRowIndex": 1001}, "rule": CHOICE}}, 400),
        ({"setBasicFilter": {"filter": {}}}, 400),
    ],
)
def test_what_cannot_be_is_refused(book, request_, code):
    with pytest.raises(gspread.exceptions.APIError) as caught:
        book.batch_update({"requests": [request_]})

    assert caught.value.code == code


def test_staff_may_edit_where_they_are_warned_and_not_where_it_is_locked(everything, sandbox, book):
    sandbox.staff("edit", tab="Sheet1", row=1, column=1, value="x")
    lock = {
        "range": {"sheetId": 0, "startColumnIndex": 2, "endColumnIndex": 3},
        "editors": {"users": ["a@b.c"]},
    }
    book.batch_update({"requests": [{"addProtectedRange": {"protectedRange": lock}}]})

    body = {"action": "edit", "sheetId": 0, "row": 1, "column": 2, "value": "x"}
    answer = sandbox.call("POST", "/sandbox/staff", json=body)

    assert answer.status_code == 403
    assert "protected cell" in answer.json()["error"]["message"]


def test_what_is_locked_away_from_the_service_account_is_refused_to_it(everything):
    lock = {
        "range": {"sheetId": 0, "startColumnIndex": 2, "endColumnIndex": 3},
        "editors": {"users": ["a@b.c"]},
    }
    everything.batch_update({"requests": [{"addProtectedRange": {"protectedRange": lock}}]})

    everything.batch_update({"requests": [cells(1, 0, TEXT, TEXT)]})

    for request in (cells(1, 1, TEXT, TEXT), {"setDataValidation": {"range": {"sheetId": 0}}}):
        with pytest.raises(gspread.exceptions.APIError, match="protected cell") as caught:
            everything.batch_update({"requests": [request]})
        assert caught.value.code == 400


CELLS = {(0, 0): "", (0, 1): 46_000.5, (0, 2): "New", (4, 2): "Booked"}


@pytest.mark.parametrize(
    ("formula", "true"),
    [
        ("=$B1<NOW()", True),
        ("=$B1>NOW()", False),
        ('=AND(N("a sign")=0,$C1="new",$A1="")', True),
        ('=OR($C1="x",NOT($C1<>"New"))', True),
        ("=NOW()-$B1>TIME(0,5,0)", True),
        ("=ROW()>1", False),
        ("=ISBLANK($A1)", True),
        ("=$A1=0", True),
        ("=$C1>5", True),
        ("=TODAY()<=46001", True),
        ("=LEN($C1)=3", True),
        ('=$C1="a ""quoted"" word"', False),
    ],
)
def test_a_formula_of_a_rule(formula, true):
    place = FormulaContext(0, 0, lambda row, column: CELLS.get((row, column), ""), 46_001.25)

    assert holds(formula, place) is true


def test_references_are_relative_to_the_first_row_of_the_area_unless_fixed():
    place = FormulaContext(4, 0, lambda row, column: CELLS.get((row, column), ""), 46_001.25)

    assert holds('=$C1="Booked"', place)
    assert holds('=$C$1="New"', place)


def test_references_follow_moved_columns_and_text_does_not():
    assert moved('=AND($C1="C1",B$2>1)', {1: 2, 2: 0}) == '=AND($A1="C1",C$2>1)'
    assert moved("=$C1>1", {}) == "=#REF!>1"
