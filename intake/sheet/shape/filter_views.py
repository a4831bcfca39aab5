"""Saved filter views: everybody sorts and filters for themselves, and the cells stay where they
are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake.config import Clinic
from intake.models import Status
from intake.sheet.queue.cells import Request
from intake.sheet.queue.columns import Layout
from intake.sheet.queue.statuses import PROMISED
from intake.sheet.shape.colours import open_words
from intake.sheet.shape.difference import Difference, Found, letters, to_the_end
from intake.sheet.shape.formulas import in_locale


def filter_view_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Views that are missing or begin in another row than the header; otherwise staff may change
    them as they like.
    """
    there = {view.get("title"): view for view in found.queue.get("filterViews", [])}
    for view in wanted(found.layout, clinic, found.locale):
        standing = there.get(view["title"])
        if standing is None:
            yield Difference(
                f"The filter view “{view['title']}” is missing.",
                [{"addFilterView": {"filter": view}}],
                is_ours=False,
            )
        elif found.header == 0 and standing.get("range", {}).get("startRowIndex", 0):
            yield Difference(
                f"The filter view “{view['title']}” begins in another row than the header.",
                _from_top(standing, view),
                is_ours=False,
            )


def views_from_top(found: Found, clinic: Clinic) -> list[Request]:
    """Requests that have each view of ours begin with the top row; for a header that comes there in
    the same call.
    """
    there = {view.get("title"): view for view in found.queue.get("filterViews", [])}
    ours = [view for view in wanted(found.layout, clinic, found.locale) if view["title"] in there]
    return [request for view in ours for request in _from_top(there[view["title"]], view)]


def _from_top(standing: Mapping[str, Any], view: Mapping[str, Any]) -> list[Request]:
    """Return the view that stands, with what staff changed in it."""
    formulas = {spec["columnIndex"]: spec for spec in view["filterSpecs"] if _is_formula(spec)}
    specs = [
        formulas.get(spec.get("columnIndex", 0), spec) if _is_formula(spec) else spec
        for spec in standing.get("filterSpecs", [])
    ]
    anew = {**standing, "range": to_the_end(standing["range"], 0), "filterSpecs": specs}
    return [
        {"deleteFilterView": {"filterId": standing["filterViewId"]}},
        {"addFilterView": {"filter": anew}},
    ]


def _is_formula(spec: Mapping[str, Any]) -> bool:
    return bool(spec.get("filterCriteria", {}).get("condition", {}).get("type") == "CUSTOM_FORMULA")


def wanted(layout: Layout, clinic: Clinic, locale: str) -> list[dict[str, Any]]:
    """Return the views for the columns as they stand, in the writing of *locale*; none when staff
    deleted Status.
    """
    places = {tag.partition(":")[2]: place for tag, place in layout.places.items()}
    if not {"status", "call_by"} <= places.keys():
        return []
    late = in_locale(f"=${letters(places['call_by'])}2<NOW()", locale)
    only_open, promised = _only(places["status"], open_words()), _only(places["status"], PROMISED)
    views = [
        ("To call now", [only_open]),
        ("Overdue", [promised, _where(places["call_by"], "CUSTOM_FORMULA", late)]),
        ("Booked", [_where(places["status"], "TEXT_EQ", Status.BOOKED)]),
    ]
    if "assigned_to" in places:
        at = places["assigned_to"]
        named = [
            (f"Mine: {name}", [only_open, _where(at, "TEXT_EQ", name)])
            for name in clinic.queue.assignees
        ]
        views += named or [("Mine", [only_open, _where(at, "NOT_BLANK")])]
    order = [{"dimensionIndex": places["call_by"], "sortOrder": "ASCENDING"}]
    return [
        {
            "title": title,
            "range": {"sheetId": layout.sheet_id},
            "sortSpecs": order,
            "filterSpecs": specs,
        }
        for title, specs in views
    ]


def _only(column: int, shown: Sequence[str]) -> dict[str, Any]:
    hidden = [status.value for status in Status if status.value not in shown]
    return {"columnIndex": column, "filterCriteria": {"hiddenValues": hidden}}


def _where(column: int, kind: str, value: str | None = None) -> dict[str, Any]:
    condition: dict[str, Any] = {"type": kind}
    if value is not None:
        condition["values"] = [{"userEnteredValue": value}]
    return {"columnIndex": column, "filterCriteria": {"condition": condition}}
