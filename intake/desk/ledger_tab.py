"""The Ledger tab: signed checkpoints of the consent log in the clinic's own sheet, where our database cannot reach.

Google keeps the sheet's history and who changed what; the tab is protected, and a checkpoint that somebody altered is
no longer signed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from intake.desk.cells import FIELDS, Request, cell
from intake.desk.errors import SheetNotSetUp
from intake.desk.shape.tabs import LEDGER
from intake.models import Checkpoint

NOTE = 2  # the column of the signed text
MISSING = "The tab “Ledger” is missing; run “intake sheet setup”."


class LedgerSheet(Protocol):
    """What this needs of the adapter."""

    def tab_id(self, name: str) -> int | None: ...
    def column(self, sheet_id: int, index: int) -> list[str]: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


@dataclass(frozen=True)
class LedgerTab:
    """A place for anchors."""

    sheet: LedgerSheet
    time_zone: ZoneInfo

    def put(self, checkpoint: Checkpoint) -> None:
        """Write the checkpoint under the heading, the newest on top. Raises a `SheetError`."""
        at = checkpoint.signed_at.astimezone(self.time_zone)
        self.sheet.apply(_row(self._tab(), at, checkpoint))

    def notes(self) -> list[str]:
        """The signed notes that stand there, the newest first. Raises a `SheetError`."""
        return [f"{text.strip()}\n" for text in self.sheet.column(self._tab(), NOTE)[1:] if text.strip()]

    def _tab(self) -> int:
        tab = self.sheet.tab_id(LEDGER)
        if tab is None:
            raise SheetNotSetUp(MISSING)
        return tab


def _row(tab: int, at: datetime, checkpoint: Checkpoint) -> list[Request]:
    place = {"sheetId": tab, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}
    cells = [cell("", at), cell("", str(checkpoint.size)), cell("", checkpoint.note)]
    start = {"sheetId": tab, "rowIndex": 1, "columnIndex": 0}
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": False}},
        {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": FIELDS}},
    ]
