"""The Ledger tab: signed checkpoints of the consent log in the clinic's own sheet, where our
database cannot reach.

Google keeps the sheet's history and who changed what; the tab is protected, and a checkpoint that
somebody altered is no longer signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from intake.models import StoredCheckpoint
from intake.sheet.errors import SheetNotSetUp
from intake.sheet.queue.cells import FIELDS, Request, cell
from intake.sheet.shape.tabs import CHECKPOINTS, LEDGER

KEPT_ON, ENTRIES, NOTE = CHECKPOINTS
SIGNED = "\n— "
"""What a signed note holds: its signature's line begins so."""
MISSING = "The tab “Ledger” is missing; run “intake sheet setup”."


class LedgerSheet(Protocol):
    """What this needs of the adapter."""

    def tab_id(self, name: str) -> int | None: ...
    def texts(self, name: str) -> list[list[str]]: ...
    def apply(self, changes: Sequence[Request]) -> None: ...


@dataclass(frozen=True)
class LedgerTab:
    """A place for anchors."""

    sheet: LedgerSheet
    time_zone: ZoneInfo

    def put(self, checkpoint: StoredCheckpoint) -> None:
        """Write the checkpoint under the heading, the newest on top. Raises a `SheetError`."""
        tab, texts = self._tab(), self.sheet.texts(LEDGER)
        at = checkpoint.signed_at.astimezone(self.time_zone)
        values: dict[str, str | datetime] = {
            KEPT_ON: at,
            ENTRIES: str(checkpoint.size),
            NOTE: checkpoint.note,
        }
        heading = _row_of_heading(texts)
        if heading is None:  # somebody deleted it: it comes back above what stands there
            titles: dict[str, str | datetime] = {title: title for title in CHECKPOINTS}
            self.sheet.apply(
                [*_row(tab, 0, _places([]), values), *_row(tab, 0, _places([]), titles)]
            )
        else:
            self.sheet.apply(_row(tab, heading + 1, _places(texts[heading]), values))

    def notes(self) -> list[str]:
        """Return the notes that stand there, the newest first. Raises a `SheetError`.

        All of the notes' column counts, so that one that was spoiled is seen; and what is signed,
        wherever it stands.
        """
        self._tab()
        texts = self.sheet.texts(LEDGER)
        heading = _row_of_heading(texts)
        column = None if heading is None else texts[heading].index(NOTE)
        cells = [
            (at, text)
            for row, line in enumerate(texts)
            if row != heading
            for at, text in enumerate(line)
        ]
        return [
            f"{text.strip()}\n"
            for at, text in cells
            if text.strip() and (at == column or SIGNED in text)
        ]

    def _tab(self) -> int:
        tab = self.sheet.tab_id(LEDGER)
        if tab is None:
            raise SheetNotSetUp(MISSING)
        return tab


def _row_of_heading(texts: Sequence[Sequence[str]]) -> int | None:
    return next((row for row, line in enumerate(texts) if NOTE in line), None)


def _places(heading: Sequence[str]) -> dict[str, int]:
    """Return where each title stands; all in our order in a tab that has none."""
    return {title: heading.index(title) for title in CHECKPOINTS if title in heading} or {
        title: at for at, title in enumerate(CHECKPOINTS)
    }


def _row(
    tab: int, row: int, places: Mapping[str, int], values: Mapping[str, str | datetime]
) -> list[Request]:
    place = {"sheetId": tab, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": False}},
        *(
            {
                "updateCells": {
                    "start": {"sheetId": tab, "rowIndex": row, "columnIndex": at},
                    "rows": [{"values": [cell("", values[title])]}],
                    "fields": FIELDS,
                }
            }
            for title, at in places.items()
        ),
    ]
