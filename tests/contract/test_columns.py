"""Columns, on every stand-in: found wherever staff put them, and missed where they deleted them."""

import pytest

from intake.sheet.errors import SheetNotSetUp
from intake.sheet.queue.columns import COLUMN_KEY, PIPELINE, STAFF, queue_columns

TAGS = [column.tag for column in (*PIPELINE, *STAFF)]
TITLES = [column.title for column in (*PIPELINE, *STAFF)]


def test_columns_are_found_after_staff_moved_inserted_and_renamed_them(queue, google):
    queue.move_column("Notes", 0)
    queue.move_column("Ref", 5)
    queue.insert("COLUMNS", 2, count=2)
    queue.type_in(0, 2, "Room")
    header = queue.values()[0]

    queue.type_in(0, header.index("Phone"), "Number to dial")

    places = google.layout().places
    assert places == {tag: header.index(title) for tag, title in zip(TAGS, TITLES, strict=True)}
    assert google.read(TAGS).places == places


@pytest.mark.parametrize("title", ["Rappels d’aujourd'hui !", "A1", "2026-11-23"])
def test_the_queue_is_found_whatever_staff_call_its_tab(queue, google, title):
    queue.type_in(1, TITLES.index("Notes"), "hello")

    queue.rename_tab("Queue", title)

    reading = google.read(TAGS)
    assert reading.cells["staff:notes"] == ["Notes", "hello"]
    assert google.describe(google.layout()).queue["properties"]["title"] == title


def test_each_column_is_read_from_its_header_to_its_last_cell(queue, google):
    queue.type_in(1, TITLES.index("Ref"), "K7F-2Q9X")
    queue.type_in(3, TITLES.index("Notes"), "far below")

    cells = google.read(TAGS).cells

    assert cells["pipeline:ref"] == ["Ref", "K7F-2Q9X"]
    assert cells["staff:notes"] == ["Notes", "", "", "far below"]
    assert cells["pipeline:alert"] == ["Alert"]


def test_a_column_with_two_tags_is_read_under_both(queue, google):
    at = TITLES.index("Notes")
    place = {
        "sheetId": google.layout().sheet_id,
        "dimension": "COLUMNS",
        "startIndex": at,
        "endIndex": at + 1,
    }
    tag = {"metadataKey": COLUMN_KEY, "metadataValue": "staff:remarks", "visibility": "DOCUMENT"}
    queue.change(
        {
            "createDeveloperMetadata": {
                "developerMetadata": tag | {"location": {"dimensionRange": place}}
            }
        }
    )

    reading = google.read(["staff:notes", "staff:remarks"])

    assert reading.places == {"staff:notes": at, "staff:remarks": at}
    assert reading.cells == {"staff:notes": ["Notes"], "staff:remarks": ["Notes"]}


def test_a_column_that_was_deleted_is_left_out_of_what_is_read(queue, google, clinic):
    queue.delete("COLUMNS", TITLES.index("Notes"))

    reading = google.read(TAGS)

    assert set(reading.places) == set(reading.cells) == set(TAGS) - {"staff:notes"}
    assert "notes" not in google.layout().indexes(queue_columns(clinic.queue))


def test_a_column_of_ours_that_was_deleted_is_missed_by_name(queue, google, clinic):
    queue.delete("COLUMNS", TITLES.index("Phone"))

    with pytest.raises(SheetNotSetUp, match="lacks Phone"):
        google.layout().indexes(queue_columns(clinic.queue))


def test_without_a_queue_there_is_a_sentence_with_what_to_do(queue, google):
    queue.delete_tab("Queue")

    with pytest.raises(SheetNotSetUp, match="intake sheet setup"):
        google.layout()
    with pytest.raises(SheetNotSetUp, match="restore"):
        google.read(TAGS)
    assert google.tab_id("pipeline") == queue.tabs()["Pipeline"]
    assert google.tab_id("nothing") is None
