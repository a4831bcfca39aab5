"""The header, on every stand-in: known by what it says and by its marker, wherever staff put it."""

from datetime import timedelta

import pytest

from intake.sheet.queue.columns import PIPELINE, STAFF
from intake.sheet.shape.setup import Upkeep, differences, set_up
from tests.conftest import NOON

POLL = timedelta(seconds=15)


def refs(queue):
    """The references from above, after the header."""
    rows = queue.values()
    header = next(at for at, row in enumerate(rows) if row[:2] == ["Ref", "Received"])
    return [row[0] for row in rows[header + 1 :] if row and row[0]]


def place_of_header(queue):
    return next(at for at, row in enumerate(queue.values()) if row[:2] == ["Ref", "Received"])


@pytest.mark.parametrize("above", [1, 3])
def test_a_request_lands_under_the_header_when_staff_inserted_rows_above_it(
    delivery, queue, add_lead, above
):
    first = add_lead()
    delivery.step(NOON)
    queue.insert("ROWS", 0, count=above)
    queue.type_in(0, 0, "Call Ms. Roy first")

    second = add_lead()
    delivery.step(NOON)

    assert place_of_header(queue) == above
    assert refs(queue) == [second.ref, first.ref]
    assert queue.values()[0][0] == "Call Ms. Roy first"


def test_set_up_moves_the_header_up_and_loses_nothing(
    delivery, read_back, queue, google, add_lead, clinic
):
    ana = add_lead()
    delivery.step(NOON)
    queue.insert("ROWS", 0)
    queue.type_in(0, 0, "A note of the staff")

    assert "row 2" in read_back.step(NOON + POLL).problem
    assert any("row 2" in one.sentence for one in differences(google, clinic))
    set_up(google, clinic)

    assert place_of_header(queue) == 0
    assert sorted(refs(queue)) == sorted(["A note of the staff", ana.ref])
    assert differences(google, clinic) == []
    assert read_back.step(NOON + 2 * POLL).problem is None
    ben = add_lead()
    delivery.step(NOON)
    assert refs(queue)[0] == ben.ref


def test_the_relay_leaves_the_staffs_rows_where_they_put_them(
    delivery, queue, google, add_lead, clinic
):
    queue.insert("ROWS", 0)

    Upkeep(google, clinic).step(NOON)

    assert place_of_header(queue) == 1


def test_an_older_sheet_gets_its_marker(queue, google, clinic):
    google.apply(
        [
            {
                "deleteDeveloperMetadata": {
                    "dataFilter": {"developerMetadataLookup": {"metadataKey": "intake.header"}}
                }
            }
        ]
    )
    assert google.layout().marked is None

    Upkeep(google, clinic).step(NOON)

    assert google.layout().marked == 0


def test_a_marker_that_stands_on_another_row_is_put_right(
    delivery, queue, google, add_lead, clinic
):
    for _ in range(3):
        add_lead()
    delivery.step(NOON)
    place = {
        "sheetId": google.layout().sheet_id,
        "dimension": "ROWS",
        "startIndex": 0,
        "endIndex": 1,
    }
    queue.change({"moveDimension": {"source": place, "destinationIndex": 3}})
    queue.sort(0)

    set_up(google, clinic)

    assert place_of_header(queue) == google.layout().marked == 0
    assert len(refs(queue)) == 3


def test_a_header_that_staff_deleted_is_told_and_made_anew(
    delivery, queue, google, add_lead, clinic
):
    ana = add_lead()
    delivery.step(NOON)
    queue.change(
        {
            "updateSheetProperties": {
                "properties": {
                    "sheetId": google.layout().sheet_id,
                    "gridProperties": {"frozenRowCount": 0},
                },
                "fields": "gridProperties.frozenRowCount",
            }
        }
    )
    queue.delete("ROWS", 0)

    assert any("header is missing" in one.sentence for one in differences(google, clinic))
    set_up(google, clinic)

    assert place_of_header(queue) == 0
    assert refs(queue) == [ana.ref]
    assert differences(google, clinic) == []


def frozen(google):
    return google.describe(google.layout()).queue["properties"]["gridProperties"]["frozenRowCount"]


def filter_start(google):
    return google.describe(google.layout()).queue["basicFilter"]["range"].get("startRowIndex", 0)


def test_rows_above_the_header_are_frozen_with_it_until_set_up_moves_it(
    delivery, queue, google, add_lead, clinic
):
    add_lead()
    delivery.step(NOON)
    queue.insert("ROWS", 0, count=2)

    Upkeep(google, clinic).step(NOON)

    assert (frozen(google), filter_start(google)) == (3, 2)
    set_up(google, clinic)
    assert (frozen(google), filter_start(google)) == (1, 0)
    assert differences(google, clinic) == []


def test_a_second_header_is_told_and_requests_come_under_the_first(
    delivery, read_back, queue, google, add_lead, clinic
):
    ana = add_lead()
    delivery.step(NOON)
    for at, title in enumerate(queue.values()[0]):
        queue.type_in(3, at, title)

    assert [one.sentence for one in differences(google, clinic)] == [
        "The header stands a second time, in row 4; delete that row."
    ]
    assert (
        "To be done by hand: The header stands a second time, in row 4; delete that row."
        in set_up(google, clinic)
    )
    ben = add_lead()
    delivery.step(NOON)
    assert read_back.step(NOON + POLL).problem is None
    assert refs(queue)[:2] == [ben.ref, ana.ref]


@pytest.mark.parametrize("note", ["", "Dr. Roy is away"])
def test_a_header_that_was_deleted_under_a_note_of_the_staff_is_told_and_made_anew(
    delivery, read_back, queue, google, add_lead, clinic, note
):
    ana = add_lead()
    delivery.step(NOON)
    queue.insert("ROWS", 0)
    queue.type_in(0, 3, note)
    queue.delete("ROWS", 1)

    assert "header of the queue is missing" in read_back.step(NOON + POLL).problem
    assert any("header is missing" in one.sentence for one in differences(google, clinic))
    set_up(google, clinic)

    assert place_of_header(queue) == google.layout().marked == 0
    assert [row["Ref"] for row in queue.rows() if row["Ref"]] == [ana.ref]
    assert not note or any(note in row for row in queue.values())
    assert (differences(google, clinic), read_back.step(NOON + 2 * POLL).problem) == ([], None)


def test_a_header_in_the_clinics_own_words_is_no_missing_one(
    delivery, read_back, queue, google, add_lead, clinic
):
    add_lead()
    delivery.step(NOON)
    for at in range(len(queue.values()[0])):
        queue.type_in(0, at, f"Colonne {at}")

    assert read_back.step(NOON + POLL).problem is None
    assert differences(google, clinic) == []


def test_a_filter_view_that_begins_in_another_row_is_put_right_with_what_staff_changed_in_it(
    queue, google, clinic
):
    view = next(
        one
        for one in google.describe(google.layout()).queue["filterViews"]
        if one["title"] == "Overdue"
    )
    later = {**view, "range": {**view["range"], "startRowIndex": 2}, "sortSpecs": []}
    queue.change(
        {"deleteFilterView": {"filterId": view["filterViewId"]}},
        {"addFilterView": {"filter": later}},
    )
    assert [one.sentence for one in differences(google, clinic)] == [
        "The filter view “Overdue” begins in another row than the header."
    ]

    set_up(google, clinic)

    after = next(
        one
        for one in google.describe(google.layout()).queue["filterViews"]
        if one["title"] == "Overdue"
    )
    assert after["range"].get("startRowIndex", 0) == 0
    assert (after["filterViewId"], after.get("sortSpecs", [])) == (view["filterViewId"], [])
    assert differences(google, clinic) == []


def test_a_tab_with_a_note_above_its_titles_is_adopted(stand, google, clinic):
    stand.rename_tab("Sheet1", "Queue")
    titles = [column.title for column in (*PIPELINE, *STAFF)]
    stand.type_in(0, 0, "Callbacks of the clinic")
    for at, title in enumerate(titles):
        stand.type_in(2, at, title)

    assert "is now the queue: 17 columns bound" in set_up(google, clinic)[0]

    assert stand.values()[:2] == [titles, ["Callbacks of the clinic"]]
    assert differences(google, clinic) == []
