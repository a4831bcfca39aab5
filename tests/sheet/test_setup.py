"""The sheet that a front desk would like: made, adopted, kept in shape, and compared."""

from datetime import UTC, datetime, timedelta

import pytest

from intake.demo.sandbox import attaching
from intake.demo.sandbox.problems import refused
from intake.models import Status
from intake.sheet.queue.columns import PIPELINE, STAFF
from intake.sheet.shape.setup import Upkeep, differences, set_up
from intake.sheet.sync.deliver import Delivery
from tests.conftest import NOON


@pytest.fixture
def found(google, sandbox):
    """`found()` describes the spreadsheet now."""
    return lambda: google.describe(google.layout())


def off(google, clinic):
    return [one.sentence for one in differences(google, clinic)]


def clinic_with(clinic, **changes):
    return clinic.model_copy(update={"queue": clinic.queue.model_copy(update=changes)})


def without_column(google, tag):
    layout = google.layout()
    place = {
        "sheetId": layout.sheet_id,
        "dimension": "COLUMNS",
        "startIndex": layout.places[tag],
        "endIndex": layout.places[tag] + 1,
    }
    google.apply([{"deleteDimension": {"range": place}}])


def test_a_new_sheet_is_as_a_front_desk_would_like_it(google, clinic, found):
    queue = found().queue

    assert off(google, clinic) == []
    assert queue["properties"]["gridProperties"]["frozenRowCount"] == 1
    assert len(queue["protectedRanges"]) == len(PIPELINE)
    assert all(one["warningOnly"] for one in queue["protectedRanges"])
    assert [view["title"] for view in queue["filterViews"]] == [
        "To call now",
        "Overdue",
        "Booked",
        "Mine",
    ]
    assert found().properties == {
        "locale": "en_CA",
        "timeZone": "America/Toronto",
        "autoRecalc": "MINUTE",
    }
    tabs = [sheet["properties"]["title"] for sheet in found().sheets]
    assert tabs == ["Queue", "Sheet1", "Pipeline", "How to", "Ledger"]


def test_a_drop_down_offers_every_status_and_takes_other_words_too(google, clinic, found):
    rule = found().validations[google.layout().places["staff:status"]]

    assert [value["userEnteredValue"] for value in rule["condition"]["values"]] == [
        status.value for status in Status
    ]
    assert not rule.get("strict")


def test_new_rows_have_the_drop_downs_and_date_pickers_as_well(delivery, add_lead, google, found):
    for _ in range(3):
        add_lead()
    delivery.step(NOON)

    places = google.layout().places
    assert set(found().validations) == {
        places[f"staff:{key}"] for key in ("status", "last_called", "follow_up_on")
    }


def test_setting_up_again_changes_nothing(google, clinic, sandbox):
    before = sandbox.workbook.state

    assert set_up(google, clinic) == ["The queue is set up already; nothing to do."]
    assert sandbox.workbook.state == before


def test_names_of_the_clinic_are_offered_and_each_has_a_view(google, clinic, sandbox, found):
    set_up(google, clinic_with(clinic, assignees=("Ana", "Zoé")))

    rule = found().validations[google.layout().places["staff:assigned_to"]]
    assert [value["userEnteredValue"] for value in rule["condition"]["values"]] == ["Ana", "Zoé"]
    assert {"Mine: Ana", "Mine: Zoé"} <= {view["title"] for view in found().queue["filterViews"]}


def test_a_clinic_may_lock_its_columns_instead_of_warning(google, clinic, sandbox, found):
    locked = clinic_with(clinic, protection="lock")

    set_up(google, locked)

    protections = found().queue["protectedRanges"]
    assert len(protections) == len(PIPELINE)
    assert {tuple(one["editors"]["users"]) for one in protections} == {(google.account,)}
    assert off(google, locked) == []


def test_the_how_to_tab_speaks_the_clinics_languages(empty_sandbox, google, clinic):
    set_up(google, clinic_with(clinic, languages=("fr",)))

    header, *texts = empty_sandbox.values("How to")
    assert header == ["COMMENT UTILISER CETTE LISTE"]
    assert not any("HOW TO WORK" in text for (text,) in texts)


def test_what_staff_take_away_of_ours_comes_back_by_itself(google, clinic, sandbox, found):
    queue = found().queue
    google.apply(
        [
            {
                "deleteProtectedRange": {
                    "protectedRangeId": queue["protectedRanges"][0]["protectedRangeId"]
                }
            },
            {"deleteConditionalFormatRule": {"sheetId": google.layout().sheet_id, "index": 2}},
            {"deleteSheet": {"sheetId": google.tab_id("pipeline")}},
        ]
    )
    without_column(google, "pipeline:phone")
    assert off(google, clinic)

    progress = Upkeep(google, clinic).step(NOON)

    assert progress.problem is None
    assert off(google, clinic) == []
    assert "Phone" in sandbox.values()[0]


def test_what_staff_take_away_of_their_own_waits_for_a_person(google, clinic, sandbox, found):
    google.apply(
        [{"deleteFilterView": {"filterId": found().queue["filterViews"][0]["filterViewId"]}}]
    )
    without_column(google, "staff:notes")

    Upkeep(google, clinic).step(NOON)

    assert off(google, clinic) == [
        "The column Notes is missing.",
        "The filter view “To call now” is missing.",
    ]
    set_up(google, clinic)
    assert off(google, clinic) == []


def test_a_queue_goes_on_without_a_column_that_staff_deleted(delivery, add_lead, google, sandbox):
    without_column(google, "staff:notes")
    add_lead()

    assert delivery.step(NOON).done == 1
    assert len(sandbox.rows()) == 1


def test_colours_follow_columns_that_staff_moved(google, clinic, sandbox):
    header = sandbox.values()[0]
    sandbox.staff("move_column", column=header.index("Status"), to=0)
    sandbox.staff("move_column", column=sandbox.values()[0].index("Call by"), to=9)

    Upkeep(google, clinic).step(NOON)

    assert off(google, clinic) == []


def test_other_rules_and_protections_of_the_staff_are_left_alone(google, clinic, sandbox, found):
    theirs = {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A1=1"}]}}
    area = {"sheetId": google.layout().sheet_id, "startColumnIndex": 3, "endColumnIndex": 4}
    google.apply(
        [
            {
                "addConditionalFormatRule": {
                    "rule": {"ranges": [area], "booleanRule": theirs},
                    "index": 0,
                }
            },
            {
                "addProtectedRange": {
                    "protectedRange": {"range": area, "description": "Dana's", "warningOnly": True}
                }
            },
        ]
    )

    set_up(google, clinic_with(clinic, protection="lock"))

    queue = found().queue
    assert "Dana's" in {one.get("description") for one in queue["protectedRanges"]}
    assert any(
        rule["booleanRule"]["condition"] == theirs["condition"]
        for rule in queue["conditionalFormats"]
    )


def test_a_part_that_google_refuses_does_not_keep_back_the_others(
    empty_sandbox, google, clinic, monkeypatch
):
    monkeypatch.setattr(attaching, "VALIDATIONS", {"ONE_OF_LIST"})
    monkeypatch.setattr(attaching, "not_here", refused)

    said = set_up(google, clinic)

    assert sum(line.startswith("Not put right: The column") for line in said) == 2
    assert "Put right: The tab “Pipeline” is missing." in said


def test_staffs_columns_stand_white_and_ours_grey(sandbox):
    header = sandbox.workbook.state["sheets"][0]["rows"][0]
    grey = ["backgroundColorStyle" in cell["userEnteredFormat"] for cell in header]

    assert grey == [True] * len(PIPELINE) + [False] * len(STAFF)


def test_an_overdue_call_stands_in_red(google, sandbox, delivery, add_lead):
    # The sandbox evaluates the rules as Google would: by the wall clock of the spreadsheet's zone.
    now = datetime.now(UTC)
    add_lead(now=now - timedelta(days=20))
    delivery.step(now)

    place = google.layout().places["pipeline:call_by"]

    assert sandbox.tab()["rows"][0]["styles"][place]["background"] == "#c5221f"


def test_a_column_that_is_no_longer_asked_for_is_emptied_by_a_person_and_not_by_the_relay(
    sandbox, google, clinic, delivery, add_lead, database
):
    richer = clinic_with(clinic, extra_columns=["what_hurts", "email"])
    set_up(google, richer)
    add_lead(what_hurts="my back since Tuesday", name="Ana")
    Delivery(database, google, richer, "test").step(NOON)
    sandbox.staff("edit", row=1, column=16, value="her mum rings back")
    fewer = clinic_with(clinic, extra_columns=["email"])
    assert "my back since Tuesday" in str(sandbox.values())

    Upkeep(google, fewer).step(NOON)
    assert any(
        "In their words is no longer asked for" in sentence for sentence in off(google, fewer)
    )
    set_up(google, fewer)

    assert off(google, fewer) == []
    assert "my back" not in str(sandbox.values())
    assert "In their words" not in sandbox.values()[0]
    assert "her mum rings back" in sandbox.values()[1]
