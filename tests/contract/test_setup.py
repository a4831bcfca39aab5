"""Setting up, on every stand-in: all that a front desk needs is made once, and kept."""

import pytest

from intake.models import Status
from intake.sheet.queue.columns import PIPELINE, STAFF
from intake.sheet.shape.setup import Upkeep, differences, set_up
from intake.sheet.sync.deliver import Delivery
from tests.conftest import NOON

TITLES = [column.title for column in (*PIPELINE, *STAFF)]


def clinic_with(clinic, **changes):
    return clinic.model_copy(update={"queue": clinic.queue.model_copy(update=changes)})


@pytest.fixture
def off(google, clinic):
    """`off()` says what is not as it should be."""
    return lambda: [one.sentence for one in differences(google, clinic)]


def test_an_empty_spreadsheet_gets_all_that_a_front_desk_needs(queue, google, off):
    found = google.describe(google.layout())
    places = google.layout().places

    assert off() == []
    assert list(queue.tabs()) == ["Queue", "Sheet1", "Pipeline", "How to", "Ledger"]
    assert queue.values() == [TITLES]
    assert places == {column.tag: at for at, column in enumerate((*PIPELINE, *STAFF))}
    assert (found.properties["timeZone"], found.properties["autoRecalc"]) == (
        "America/Toronto",
        "MINUTE",
    )
    assert found.queue["properties"]["gridProperties"]["frozenRowCount"] == 1


def test_what_is_attached_to_the_queue_is_told_as_it_was_asked_for(queue, google):
    found = google.describe(google.layout())
    places = google.layout().places
    status = found.validations[places["staff:status"]]

    assert set(found.validations) == {
        places[f"staff:{key}"] for key in ("status", "last_called", "follow_up_on")
    }
    assert [value["userEnteredValue"] for value in status["condition"]["values"]] == [
        one.value for one in Status
    ]
    assert not status.get("strict")
    assert [one["warningOnly"] for one in found.queue["protectedRanges"]] == [True] * len(PIPELINE)
    assert {view["title"] for view in found.queue["filterViews"]} == {
        "To call now",
        "Overdue",
        "Booked",
        "Mine",
    }
    assert len(found.queue["conditionalFormats"]) == 9


def test_setting_up_again_changes_nothing(queue, google, clinic, off):
    assert set_up(google, clinic) == ["The queue is set up already; nothing to do."]
    assert "batchUpdate" not in queue.calls()
    assert off() == []


def test_a_tab_that_staff_prepared_is_adopted_with_their_own_columns_in_it(
    stand, google, clinic, off
):
    stand.rename_tab("Sheet1", "Queue")
    theirs = ["Room", *reversed(TITLES), "Initials"]
    for at, title in enumerate(theirs):
        stand.type_in(0, at, title)

    assert "is now the queue: 17 columns bound" in set_up(google, clinic)[0]

    assert stand.values() == [theirs]
    assert google.layout().places["pipeline:ref"] == theirs.index("Ref")
    assert off() == []


def test_what_staff_take_away_of_ours_comes_back_by_itself(queue, google, clinic, off):
    found = google.describe(google.layout()).queue
    queue.change(
        {
            "deleteProtectedRange": {
                "protectedRangeId": found["protectedRanges"][0]["protectedRangeId"]
            }
        },
        {"deleteConditionalFormatRule": {"sheetId": google.layout().sheet_id, "index": 2}},
    )
    queue.delete_tab("Pipeline")
    queue.delete("COLUMNS", TITLES.index("Phone"))
    assert len(off()) >= 4

    Upkeep(google, clinic).step(NOON)

    assert off() == []
    assert "Phone" in queue.values()[0]
    assert "Pipeline" in queue.tabs()


def test_what_staff_take_away_of_their_own_waits_for_a_person(queue, google, clinic, off):
    view = google.describe(google.layout()).queue["filterViews"][0]["filterViewId"]
    queue.change({"deleteFilterView": {"filterId": view}})
    queue.delete("COLUMNS", TITLES.index("Notes"))

    Upkeep(google, clinic).step(NOON)

    assert off() == ["The column Notes is missing.", "The filter view “To call now” is missing."]
    set_up(google, clinic)
    assert off() == []


def test_colours_and_protections_follow_columns_that_staff_moved(queue, google, clinic, off):
    queue.move_column("Status", 0)
    queue.move_column("Call by", 9)
    queue.insert("COLUMNS", 3)

    Upkeep(google, clinic).step(NOON)

    assert off() == []


def test_sorting_by_the_header_takes_every_column_along(queue, google, clinic):
    queue.delete("COLUMNS", TITLES.index("Notes"))
    set_up(google, clinic)  # adds Notes again at the right end, where the filter ended
    queue.move_column("Status", 0)

    Upkeep(google, clinic).step(NOON)

    area = google.describe(google.layout()).queue["basicFilter"]["range"]
    assert (area["startColumnIndex"], area["endColumnIndex"]) == (0, len(TITLES))
    assert (area["startRowIndex"], area["endRowIndex"]) == (0, 100)


def test_a_filter_that_staff_took_away_does_not_come_back(queue, google, clinic, off):
    queue.change({"clearBasicFilter": {"sheetId": queue.tabs()["Queue"]}})

    set_up(google, clinic)

    assert off() == []
    assert "basicFilter" not in google.describe(google.layout()).queue


def test_locked_columns_are_open_to_the_pipeline_alone(
    queue, google, clinic, delivery, read_back, add_lead
):
    locked = clinic_with(clinic, protection="lock")
    ana = add_lead(name="Ana")

    set_up(google, locked)
    delivery.step(NOON)
    progress = read_back.step(NOON)

    protections = google.describe(google.layout()).queue["protectedRanges"]
    assert len(protections) == len(PIPELINE)
    assert all(
        google.account in one["editors"]["users"] and not one.get("warningOnly")
        for one in protections
    )
    assert differences(google, locked) == []
    assert [row["Ref"] for row in queue.rows()] == [ana.ref]
    assert progress.problem is None
    set_up(google, clinic)
    assert differences(google, clinic) == []


def test_a_column_that_is_no_longer_asked_for_is_emptied(
    queue, google, clinic, delivery, add_lead, database
):
    asked = clinic.queue.model_copy(update={"extra_columns": ["what_hurts"]})
    richer = clinic.model_copy(update={"queue": asked})
    set_up(google, richer)
    add_lead(what_hurts="my back", name="Ana")
    Delivery(database, google, richer, "test").step(NOON)
    assert queue.rows()[0]["In their words"] == "my back"

    set_up(google, clinic)

    assert "my back" not in str(queue.values())
    assert "pipeline:what_hurts" not in google.layout().places
    assert queue.rows()[0]["Name"] == "Ana"
