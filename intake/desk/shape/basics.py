"""The spreadsheet itself: the clinic's time zone, colours that follow the clock, a header that stays."""

from collections.abc import Iterator

from intake.config import Clinic
from intake.desk.shape.difference import Difference, Found


def differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Zone, recalculation and the frozen header."""
    wanted = {"timeZone": str(clinic.time_zone), "autoRecalc": "MINUTE"}  # NOW() in the colours
    if any(found.properties.get(key) != value for key, value in wanted.items()):
        change = {"properties": wanted, "fields": ",".join(wanted)}
        yield Difference(f"The spreadsheet is not in the clinic's time zone ({clinic.time_zone}), or does not follow "
                         "the clock.", [{"updateSpreadsheetProperties": change}])  # fmt: skip
    properties = found.queue["properties"]
    if properties.get("gridProperties", {}).get("frozenRowCount", 0) < 1:
        freeze = {"sheetId": found.layout.sheet_id, "gridProperties": {"frozenRowCount": 1}}
        change = {"properties": freeze, "fields": "gridProperties.frozenRowCount"}
        yield Difference("The header is not frozen.", [{"updateSheetProperties": change}])
