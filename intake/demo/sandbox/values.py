"""What cells hold and what they show: numbers plainly, dates by their pattern."""

import re
from datetime import datetime, timedelta
from typing import Any

from intake.demo.sandbox.workbook import Cell

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
DATES = {"DATE": "yyyy-mm-dd", "DATE_TIME": "yyyy-mm-dd hh:mm", "TIME": "hh:mm"}
PARTS = {"hh:mm": "%H:%M", "yyyy": "%Y", "mm": "%m", "dd": "%d", "hh": "%H", "ss": "%S"}
PATTERN = re.compile("|".join(PARTS))  # mm are months, but minutes after hh:
WHOLE = 1e15  # above it a whole number is shown in scientific notation


def plain(cell: Cell) -> Any:
    """Return the bare value, "" for an empty cell."""
    value = next(iter(cell.get("userEnteredValue", {}).values()), "")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def shown_value(cell: Cell) -> str:
    """Return the cell as a person sees it."""
    value = plain(cell)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _date(cell) or (
            str(value) if isinstance(value, int) and abs(value) < WHOLE else f"{value:.10g}"
        )
    return str(value)


def rendered(cell: Cell, options: dict[str, Any]) -> Any:
    """Return the cell as the options of a read ask for it."""
    if options.get("valueRenderOption", "FORMATTED_VALUE") == "FORMATTED_VALUE":
        return shown_value(cell)
    if options.get("dateTimeRenderOption", "SERIAL_NUMBER") == "FORMATTED_STRING":
        return _date(cell) or plain(cell)
    return plain(cell)


def _date(cell: Cell) -> str:
    number_format = cell.get("userEnteredFormat", {}).get("numberFormat", {})
    serial = plain(cell)
    if number_format.get("type") not in DATES or not isinstance(serial, int | float):
        return ""
    pattern = number_format.get("pattern") or DATES[number_format["type"]]
    try:
        moment = EPOCH + timedelta(seconds=round(serial * 86_400))
    except OverflowError:
        return ""
    return PATTERN.sub(lambda part: moment.strftime(PARTS[part[0]]), pattern)
