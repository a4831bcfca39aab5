"""The tabs beside the queue: how to work with it, whether the pipeline is alive, and the consent
log's checkpoints.
"""

from collections.abc import Iterator, Sequence
from secrets import randbelow
from typing import Any

from intake.config import Clinic
from intake.sheet.queue.cells import Request, cell
from intake.sheet.shape.colours import rgb
from intake.sheet.shape.difference import TAB_KEY, Difference, Found
from intake.sheet.shape.formulas import in_locale
from intake.sheet.shape.how_to import lines
from intake.sheet.shape.protection import SIGN

HOW_TO, PIPELINE, LEDGER = "howto", "pipeline", "ledger"
LABELS = (
    "Last updated",
    "Requests waiting to be written here",
    "The oldest waits since",
    "Last read what you wrote",
    "Rows deleted by staff",
    "Cells put right",
    "Entries not taken over (see Alert)",
    "Last problem",
    "Since",
)
CHECKPOINTS = (
    "Kept here on",
    "Entries",
    "Signed checkpoint of the consent log: please do not change or delete",
)
"""The heading of the Ledger tab."""
SILENT = "TIME(0,5,0)"
"""The pipeline writes here each minute; after five without it something is wrong."""


def tab_differences(found: Found, clinic: Clinic) -> Iterator[Difference]:
    """Tabs of ours that are missing. Those that are there are left as they are."""
    if found.tab(PIPELINE) is None:
        yield Difference("The tab “Pipeline” is missing.", _pipeline_tab(found, found.account))
    if found.tab(HOW_TO) is None:
        yield Difference("The tab “How to” is missing.", _how_to_tab(found, clinic), is_ours=False)
    if "sheet" in clinic.ledger.anchors and found.tab(LEDGER) is None:
        yield Difference("The tab “Ledger” is missing.", _ledger_tab(found))


def _pipeline_tab(found: Found, account: str) -> list[Request]:
    sheet_id = randbelow(2**31 - 1) + 1
    live = in_locale(f'=AND(N("intake live")=0,$B$1<>"",NOW()-$B$1>{SILENT})', found.locale)
    condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": live}]}
    style = {
        "backgroundColorStyle": {"rgbColor": rgb("c5221f")},
        "textFormat": {"foregroundColorStyle": {"rgbColor": rgb("ffffff")}},
    }
    area = {"sheetId": sheet_id, "startRowIndex": 0, "endRowIndex": 1}
    rule = {"ranges": [area], "booleanRule": {"condition": condition, "format": style}}
    return [
        *_tab(
            found, sheet_id, "Pipeline", PIPELINE, [[label, None] for label in LABELS], (260, 460)
        ),
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        _protect(sheet_id, account),
    ]


def _ledger_tab(found: Found) -> list[Request]:
    sheet_id = randbelow(2**31 - 1) + 1
    return [
        *_tab(found, sheet_id, "Ledger", LEDGER, [CHECKPOINTS], (150, 90, 640)),
        _protect(sheet_id, found.account),
    ]


def _how_to_tab(found: Found, clinic: Clinic) -> list[Request]:
    sheet_id = randbelow(2**31 - 1) + 1
    texts = [[line] for language in clinic.queue.languages for line in lines(language)]
    return [
        *_tab(found, sheet_id, "How to", HOW_TO, texts, (760,)),
        _protect(sheet_id, found.account, warn=True),
    ]


def _tab(
    found: Found,
    sheet_id: int,
    title: str,
    name: str,
    texts: Sequence[Sequence[str | None]],
    widths: Sequence[int],
) -> list[Request]:
    """Add a tab, bind it and write its texts; a title that staff use already gets a number."""
    number, free = 2, title
    while free.casefold() in found.titles:
        free, number = f"{title} {number}", number + 1
    grid = {"rowCount": len(texts) + 5, "columnCount": len(widths)}
    bind = {
        "metadataKey": TAB_KEY,
        "metadataValue": name,
        "visibility": "DOCUMENT",
        "location": {"sheetId": sheet_id},
    }
    return [
        {"addSheet": {"properties": {"sheetId": sheet_id, "title": free, "gridProperties": grid}}},
        {"createDeveloperMetadata": {"developerMetadata": bind}},
        _write(sheet_id, texts),
        *(_width(sheet_id, at, width) for at, width in enumerate(widths)),
    ]


def _write(sheet_id: int, texts: Sequence[Sequence[str | None]]) -> Request:
    rows = [{"values": [_wrapped(text) for text in line]} for line in texts]
    fields = "userEnteredValue,userEnteredFormat(textFormat.bold,wrapStrategy)"
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
    return {"updateCells": {"start": start, "rows": rows, "fields": fields}}


def _wrapped(text: str | None) -> dict[str, Any]:
    heading = bool(text) and text == str(text).upper()
    value = {"userEnteredValue": cell("", text)["userEnteredValue"]} if text else {}
    return value | {"userEnteredFormat": {"textFormat": {"bold": heading}, "wrapStrategy": "WRAP"}}


def _width(sheet_id: int, at: int, width: int) -> Request:
    place = {"sheetId": sheet_id, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    return {
        "updateDimensionProperties": {
            "range": place,
            "properties": {"pixelSize": width},
            "fields": "pixelSize",
        }
    }


def _protect(sheet_id: int, account: str, *, warn: bool = False) -> Request:
    protection: dict[str, Any] = {
        "range": {"sheetId": sheet_id},
        "description": f"{SIGN}: written by the pipeline",
    }
    protection |= {"warningOnly": True} if warn else {"editors": {"users": [account]}}
    return {"addProtectedRange": {"protectedRange": protection}}
