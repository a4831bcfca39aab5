"""Whose row it is, as a plain function."""

from datetime import datetime

import pytest

from intake.sheet.queue.identity import is_same, rows_by_ref
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.rows import Row

RECEIVED = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001  (a wall clock)
SERIAL = 46349.5
EXPECTED: dict[str, Row] = {
    "ANA": {"ref": "ANA", "name": "Ana", "phone": "+14165550101", "received": RECEIVED},
    "BEN": {"ref": "BEN", "name": "Ben", "phone": "+14165550102", "received": RECEIVED},
}


def seen(index, ref, name, phone, received=SERIAL):
    return SeenRow(index, {"ref": ref, "name": name, "phone": phone, "received": received})


def owners(*rows):
    return {ref: [row.index for row in found] for ref, found in rows_by_ref(rows, EXPECTED).items()}


@pytest.mark.parametrize(
    ("row", "owner"),
    [
        (seen(1, "ANA", "Ana", "+14165550101"), "ANA"),
        (seen(1, "ANA", "her mum", "x"), "ANA"),  # the reference is enough
        (seen(1, "oops", "Ana", "+14165550101"), "ANA"),  # so is what we wrote
        (seen(1, "BEN", "Ana", "+14165550101"), "ANA"),  # and it counts before the reference
        # Two things of three are enough for one who is missing
        (
            seen(1, "oops", "Ana", "call her mum"),
            "ANA",
        ),
        (seen(1, "oops", "somebody", "+14165550101"), "ANA"),
        (seen(1, "oops", "Ana", "+14165550101", "yesterday"), "ANA"),
        (seen(1, "oops", "Ana", "+14165550101", 1e308), "ANA"),  # no number is too large
    ],
)
def test_a_row_is_known(row, owner):
    assert owners(row) == {owner: [1]}


@pytest.mark.parametrize(
    "row",
    [
        seen(1, "", "buy milk", ""),
        seen(1, "oops", "her mum", "x"),
        seen(1, "oops", "", "", ""),
        seen(1, 5, "Ana", "", ""),
        seen(1, "oops", "Ana", "+14165550102", ""),  # half Ana's, half Ben's
    ],
)
def test_a_row_is_nobodys(row):
    assert owners(row) == {}


@pytest.mark.parametrize(
    ("seconds", "found"), [(-31, {}), (-29, {"ANA": [1]}), (29, {"ANA": [1]}), (31, {})]
)
def test_a_time_of_receipt_is_the_same_within_its_minute(seconds, found):
    assert owners(seen(1, "oops", "Ana", "call her mum", SERIAL + seconds / 86_400)) == found


def test_a_row_that_is_not_settled_yet_is_not_taken_for_a_deleted_one_of_the_same_phone():
    # Same phone and minute as Ana, whose row is gone
    assert owners(seen(1, "ZWZ-RTKR", "Zoe", "+14165550101")) == {}


def test_a_row_that_was_put_in_but_not_recorded_yet_is_nobodys():
    asks_again = seen(1, "NEW", "Ana", "+14165550101")

    assert rows_by_ref([asks_again], EXPECTED) == {"ANA": [asks_again]}
    assert rows_by_ref([asks_again], EXPECTED, on_their_way={"NEW"}) == {}


def test_a_copy_is_the_same_leads():
    assert owners(seen(1, "ANA", "Ana", "+14165550101"), seen(2, "ANA", "Ana", "+14165550101")) == {
        "ANA": [1, 2]
    }


@pytest.mark.parametrize(
    ("copies", "found"),
    [
        ([seen(2, "oops", "Ana", "+14165550101")], {"ANA": [1, 2]}),  # nobody has this reference
        ([seen(2, "BEN", "Ana", "+14165550101")], {"ANA": [1], "BEN": [2]}),  # Ben has no other row
        (
            [seen(2, "BEN", "Ana", "+14165550101"), seen(3, "BEN", "Ben", "+14165550102")],
            {"ANA": [1, 2], "BEN": [3]},
        ),
    ],
)
def test_a_copy_with_another_reference_goes_only_to_somebody_who_has_no_row(copies, found):
    assert owners(seen(1, "ANA", "Ana", "+14165550101"), *copies) == found


def test_of_rows_that_say_one_leads_none_is_given_away_where_none_has_its_reference():
    assert owners(
        seen(1, "oops", "Ana", "+14165550101"), seen(2, "BEN", "Ana", "+14165550101")
    ) == {"ANA": [1, 2]}


def test_who_is_found_already_is_not_guessed_a_second_time():
    assert owners(
        seen(1, "ANA", "Ana", "+14165550101"), seen(2, "", "Ana", "+14165550101 new")
    ) == {"ANA": [1]}


@pytest.mark.parametrize(
    ("expected", "cell", "same"),
    [
        (None, "", True),
        (None, "x", False),
        ("416", "416", True),
        ("416", 416, False),
        (RECEIVED, SERIAL, True),
        (RECEIVED, SERIAL + 0.5 / 86_400, True),
        (RECEIVED, SERIAL - 0.5 / 86_400, True),
        (RECEIVED, SERIAL + 1.5 / 86_400, False),
        (RECEIVED, SERIAL - 1.5 / 86_400, False),
        (RECEIVED, SERIAL + 1, False),
        (RECEIVED, "2026-11-23 12:00", False),
    ],
)
def test_what_a_cell_should_say(expected, cell, same):
    assert is_same(expected, cell) is same


def test_a_request_that_was_corrected_keeps_its_row_although_it_says_what_anothers_does():
    """Ana asked twice within a minute; the number of her second request was corrected, its row is
    not rewritten yet.
    """
    corrected: dict[str, Row] = {
        **EXPECTED,
        "BEN": {**EXPECTED["ANA"], "ref": "BEN", "phone": "+14165550199"},
    }
    rows = [seen(1, "BEN", "Ana", "+14165550101"), seen(2, "ANA", "Ana", "+14165550101")]

    found = {ref: [row.index for row in rows] for ref, rows in rows_by_ref(rows, corrected).items()}

    assert found == {"ANA": [2], "BEN": [1]}


def test_a_person_who_was_erased_says_nothing_by_which_a_row_of_staff_could_be_taken_for_theirs():
    rows = [seen(1, "", "", "", ""), seen(2, "call the lab", "", "", "")]

    assert rows_by_ref(rows, {"ZOE": {"ref": "ZOE"}}) == {}
