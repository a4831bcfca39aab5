"""The spreadsheet itself: the clinic's time zone, colours that follow the clock, a filter over
every column.
"""

from collections.abc import Iterator
from typing import Any

from intake.config import Clinic
from intake.sheet.shape.difference import Difference, Found


def basic_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Zone, recalculation, and the filter in the header."""
    wanted = {"timeZone": str(clinic.time_zone), "autoRecalc": "MINUTE"}  # NOW() in the colours
    if any(found.properties.get(key) != value for key, value in wanted.items()):
        change = {"properties": wanted, "fields": ",".join(wanted)}
        yield Difference(
            f"The spreadsheet is not in the clinic's time zone ({clinic.time_zone}), or does not "
            "follow the clock.",
            [{"updateSpreadsheetProperties": change}],
        )
    yield from _narrow_filter(found)


def _narrow_filter(found: Found) -> Iterator[Difference]:
    """A filter ends where the tab ended when it was set: who sorts by it would tear later columns
    off their rows.

    What it hides stays hidden. Its order is left out, so that nothing is sorted under the hands of
    staff.
    """
    standing: dict[str, Any] = found.queue.get("basicFilter", {})
    area, places = standing.get("range", {}), found.layout.places.values()
    first, last = min(places), max(places) + 1
    start, end = area.get("startColumnIndex", 0), area.get("endColumnIndex", last)
    if not area or "tableId" in standing or (start <= first and last <= end):
        return
    wider = {**area, "startColumnIndex": min(start, first), "endColumnIndex": max(end, last)}
    kept = {"filterSpecs": standing["filterSpecs"]} if "filterSpecs" in standing else {}
    change = {"setBasicFilter": {"filter": {"range": wider, **kept}}}
    yield Difference(
        "The filter in the header leaves out columns of the queue: sorting by it would tear rows.",
        [change],
    )
