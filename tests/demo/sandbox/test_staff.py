"""What people do in the sheet."""

import pytest


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("416", {"numberValue": 416}),
        ("-2.5", {"numberValue": -2.5}),
        (7, {"numberValue": 7}),
        ("0416", {"stringValue": "0416"}),
        ("=1+1", {"stringValue": "=1+1"}),
        ("2026-02-30", {"stringValue": "2026-02-30"}),
        ("", None),
    ],
)
def test_what_staff_type_is_a_number_a_date_or_text(sandbox, typed, kept):
    sandbox.staff("edit", tab="Sheet1", row=0, column=0, value=typed)

    assert sandbox.workbook.state["sheets"][0]["rows"][0][0].get("userEnteredValue") == kept


def test_a_late_edit_finds_its_row_again_or_is_refused(sandbox):
    for row, text in enumerate(["Head", "first", "second"]):
        sandbox.staff("edit", tab="Sheet1", row=row, column=0, value=text)
    line = sandbox.tab("Sheet1")["rows"][1]["line"]
    sandbox.staff("insert_rows", tab="Sheet1", row=1, count=2)

    sandbox.staff("edit", tab="Sheet1", line=line, column=1, value="note")
    assert sandbox.values("Sheet1")[-1] == ["second", "note"]
    sandbox.staff("delete_rows", tab="Sheet1", row=4)

    late = {"action": "edit", "sheetId": 0, "line": line, "column": 1, "value": "lost"}
    assert sandbox.call("POST", "/sandbox/staff", json=late).status_code == 409
    assert sandbox.values("Sheet1") == [["Head"], ["first"]]
