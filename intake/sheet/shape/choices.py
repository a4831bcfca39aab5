"""Drop-downs and date pickers in the staff's columns. They help, and accept whatever staff prefer
to write.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.config import Clinic
from intake.models import Status
from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import STAFF, Layout
from intake.sheet.shape.difference import Difference, Found, below_header


def validation_rules(clinic: Clinic) -> dict[str, dict[str, Any]]:
    """Return the validation of each column that has one, by its key."""
    found = {
        "status": _list([status.value for status in Status], "Choose where this request stands."),
        "last_called": _date("The day of the last call, for example 2026-11-23."),
        "follow_up_on": _date("The day to call again, for example 2026-11-24."),
    }
    if clinic.queue.assignees:
        found["assigned_to"] = _list(clinic.queue.assignees, "Choose a name, or write any other.")
    return found


def choice_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Columns without their help, as far as the first row under the header tells."""
    titles = {column.key: column.title for column in STAFF}
    for key, rule in validation_rules(clinic).items():
        place = found.layout.places.get(f"staff:{key}")
        if place is not None and not _is_same(found.validations.get(place), rule):
            area = below_header(found.layout, place)
            request = {"setDataValidation": {"range": area, "rule": rule}}
            kind = "drop-down" if rule["condition"]["type"] == "ONE_OF_LIST" else "date picker"
            yield Difference(
                f"The column {titles[key]} lacks its {kind}.", [request], is_ours=False
            )


def for_new_rows(layout: Layout, clinic: Clinic, count: int) -> list[Request]:
    """Return the rules for *count* rows that are inserted under the header, which do not always get
    them from the row below.
    """
    found = validation_rules(clinic)
    places = {
        key: layout.places[f"staff:{key}"] for key in found if f"staff:{key}" in layout.places
    }
    return [
        {
            "setDataValidation": {
                "range": {**below_header(layout, place), "endRowIndex": layout.first_row + count},
                "rule": found[key],
            }
        }
        for key, place in places.items()
    ]


def _list(words: Sequence[str], hint: str) -> dict[str, Any]:
    values = [{"userEnteredValue": word} for word in words]
    return {
        "condition": {"type": "ONE_OF_LIST", "values": values},
        "inputMessage": hint,
        "strict": False,
        "showCustomUi": True,
    }


def _date(hint: str) -> dict[str, Any]:
    return {
        "condition": {"type": "DATE_IS_VALID"},
        "inputMessage": hint,
        "strict": False,
        "showCustomUi": True,
    }


def _is_same(standing: Mapping[str, Any] | None, rule: Mapping[str, Any]) -> bool:
    if standing is None:
        return False
    mine, theirs = rule["condition"], standing.get("condition", {})
    return bool(
        mine["type"] == theirs.get("type") and mine.get("values", []) == theirs.get("values", [])
    )
