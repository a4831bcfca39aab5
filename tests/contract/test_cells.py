"""Cells, on every stand-in: text stays text whatever it looks like, and a time is a time."""

import pytest

from intake.sheet.errors import SheetRefused
from tests.conftest import NOON

LIVE = (
    "=1+1",
    "+1 416",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    '=HYPERLINK("http://x";"y")',
    "'0123",
    "01/02/2026",
    "TRUE",
    "1e3",
    '=IMPORTXML("http://x";"//y")',
)
NAMES = ("Ana O’Neil-Đặng", "李小龍", "Zoé 😀👩‍⚕️", "a\nb", "  spaces  ", 'quote " and \\', "عمر")


def cells(google, row, values, fields="userEnteredValue"):
    start = {"sheetId": google.layout().sheet_id, "rowIndex": row, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": [{"values": values}], "fields": fields}}


def test_what_looks_like_a_formula_arrives_as_text_and_is_never_evaluated(
    delivery, queue, add_lead
):
    for text in LIVE:
        add_lead(name=text)

    delivery.step(NOON)

    names = queue.values()[0].index("Name")
    assert [row[names] for row in queue.values()[1:]] == list(LIVE[::-1])
    assert [row["Name"] for row in queue.rows()] == list(LIVE[::-1])
    assert queue.formulas() == 0


def test_names_arrive_as_they_were_written(delivery, queue, add_lead, read_back):
    for name in NAMES:
        add_lead(name=name)

    delivery.step(NOON)
    read_back.step(NOON)

    assert [row["Name"] for row in queue.rows()] == list(NAMES[::-1])
    assert queue.calls().count("batchUpdate") == 1  # nothing had to be put right


def test_times_are_numbers_with_a_pattern_and_the_phone_is_text(delivery, queue, add_lead):
    add_lead(phone="416 555 0123")

    delivery.step(NOON)

    header, row = queue.values()
    assert row[header.index("Received")] == 46349.5  # noon on the clinic's wall
    assert row[header.index("Phone")] == "+14165550123"
    assert queue.rows()[0]["Received"] == "2026-11-23 12:00"


def test_text_that_staff_type_again_stays_text(delivery, queue, add_lead):
    ana = add_lead()
    delivery.step(NOON)

    for title, typed in (("Phone", "0416"), ("Notes", "=1+1"), ("Assigned to", "+1 416")):
        queue.write(ana.ref, title, typed)

    row = queue.rows()[0]
    assert (row["Phone"], row["Notes"], row["Assigned to"]) == ("0416", "=1+1", "+1 416")
    assert queue.formulas() == 0


def test_a_cell_takes_fifty_thousand_characters_and_no_more(queue, google):
    google.apply([cells(google, 1, [{"userEnteredValue": {"stringValue": "x" * 50_000}}])])

    with pytest.raises(SheetRefused) as raised:
        google.apply([cells(google, 1, [{"userEnteredValue": {"stringValue": "x" * 50_001}}])])
    assert "50000 characters" in raised.value.said


def test_only_the_fields_that_are_named_are_written(queue, google):
    date = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}}
    google.apply([cells(google, 1, [date, date], "userEnteredFormat.numberFormat")])

    google.apply([cells(google, 1, [{"userEnteredValue": {"numberValue": 46349}}, {}])])

    assert queue.values(shown=True)[1] == ["2026-11-23"]
