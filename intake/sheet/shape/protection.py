"""Pipeline columns are protected: staff are asked before they change one, or kept out, as the
clinic chooses.
"""

from collections.abc import Iterator
from typing import Any

from intake.config import Clinic
from intake.sheet.queue.columns import Column, Owner, queue_columns
from intake.sheet.shape.difference import Difference, Found, column_of, whole_column

SIGN = "Consult Intake"
"""What our descriptions begin with."""


def protection_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Columns without their protection, and protections of ours that stand elsewhere or are of the
    other kind.
    """
    lock = clinic.queue.protection == "lock"
    sheet_id, places = found.layout.sheet_id, found.layout.places
    ours = [
        one
        for one in queue_columns(clinic.queue)
        if one.owner is Owner.PIPELINE and one.tag in places
    ]
    guarded: set[int] = set()
    for standing in found.queue.get("protectedRanges", []):
        if not standing.get("description", "").startswith(SIGN):
            continue
        place = column_of(standing.get("range", {}), sheet_id)
        is_needed = place in {places[one.tag] for one in ours} - guarded
        if place is not None and is_needed and standing.get("warningOnly", False) is not lock:
            guarded.add(place)
        else:
            gone = {"deleteProtectedRange": {"protectedRangeId": standing["protectedRangeId"]}}
            yield Difference(
                f"A protection of ours stands in a wrong place: {standing['description']}.", [gone]
            )
    for column in ours:
        if places[column.tag] not in guarded:
            add = {"addProtectedRange": {"protectedRange": _protection(found, column, lock=lock)}}
            how = "locked" if lock else "protected with a warning"
            yield Difference(f"The column {column.title} is not {how}.", [add])


def _protection(found: Found, column: Column, *, lock: bool) -> dict[str, Any]:
    area = whole_column(found.layout.sheet_id, found.layout.places[column.tag])
    protection: dict[str, Any] = {
        "range": area,
        "description": f"{SIGN}: {column.title} is filled in by the pipeline",
    }
    # A lock that names nobody would let in everybody who may edit the file.
    return protection | ({"editors": {"users": [found.account]}} if lock else {"warningOnly": True})
