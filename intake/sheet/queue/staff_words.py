"""What staff wrote in a row: as text, whatever kind of cell Google made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from intake.models import QueueRow
from intake.sheet.queue.cells import DAY, EPOCH

DATES = {"last_called": False, "follow_up_on": True}
"""Columns of dates, and whether the day alone is meant."""
LATEST = 2_958_465  # 31 December 9999, the last day a spreadsheet knows


@dataclass(frozen=True)
class StaffWords:
    """The staff's columns of one row. None means that the column is not in the sheet, which says
    nothing.
    """

    status: str | None = None
    assigned_to: str | None = None
    last_called: str | None = None
    follow_up_on: str | None = None
    notes: str | None = None

    def changes(self, before: "StaffWords") -> list[str]:
        """Return the columns that are there and say something else than *before*."""
        now = ((key, getattr(self, key)) for key in KEYS)
        return [
            key for key, value in now if value is not None and value != (getattr(before, key) or "")
        ]


KEYS = tuple(field.name for field in fields(StaffWords))


def words_of(row: QueueRow) -> StaffWords:
    """Return what the row said when it was last seen."""
    return StaffWords(
        row.sheet_status, row.assigned_to, row.last_called, row.follow_up_on, row.notes
    )


def words_from(values: Mapping[str, Any]) -> StaffWords:
    """Return what the cells say, by column key; a column that is not there is left out of
    *values*.
    """
    return StaffWords(**{key: _text(key, values[key]) for key in KEYS if key in values})


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float) and key in DATES and 1 <= value < LATEST:
        return _moment(float(value))
    # PostgreSQL keeps no NUL in a text, and no database half of an emoji that was cut in two
    return str(value).replace("\0", "").encode(errors="replace").decode()


def _moment(serial: float) -> str:
    moment = EPOCH + timedelta(seconds=round(serial * DAY))
    whole_day = not (moment.hour or moment.minute or moment.second)
    return f"{moment:%Y-%m-%d}" if whole_day else f"{moment:%Y-%m-%d %H:%M}"


def written_again(words: StaffWords) -> dict[str, str | datetime]:
    """Return the words as values of a row that is put into the sheet anew; what was a date becomes
    one again.

    Only what reads as the same words afterwards: anything else would be taken for a change of the
    staff's, and a call.
    """
    given = ((key, getattr(words, key)) for key in KEYS)
    return {key: _date(key, value) if key in DATES else value for key, value in given if value}


def _date(key: str, text: str) -> str | datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    days = (moment.replace(tzinfo=None) - EPOCH) / timedelta(days=1)
    return moment if _text(key, days) == text else text
