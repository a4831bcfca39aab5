"""What happened in the sheet since the last look: the rows that the database knows against the rows
that were seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

from intake.models import QueueRow
from intake.sheet.queue.columns import STAFF
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.staff_words import StaffWords, words_from, words_of

WIPED_FROM = 3
"""A column of which at least this many cells held something and none does any more was emptied as a
whole.
"""


@dataclass(frozen=True)
class SheetComparison:
    """What a look at the sheet showed, by reference: what staff wrote, and rows that occur twice,
    once again, no more, or again.
    """

    written: Mapping[str, StaffWords]
    twice: frozenset[str]
    single_again: frozenset[str]
    missing: frozenset[str]
    returned: frozenset[str]
    wiped: tuple[str, ...]
    """Titles of staff's columns that are empty from top to bottom: not taken for so many single
    changes.
    """
    is_emptied: bool = False
    """Every row that should be there is missing: the list was cleared as a whole."""

    @property
    def concerned(self) -> frozenset[str]:
        """The rows of which something has to be written down."""
        return (
            frozenset(self.written) | self.twice | self.single_again | self.missing | self.returned
        )


def compare(
    standing: Mapping[str, QueueRow], found: Mapping[str, Sequence[SeenRow]]
) -> SheetComparison:
    """Only a row that is there once speaks for its lead."""
    single = {ref: words_from(rows[0].values) for ref, rows in found.items() if len(rows) == 1}
    before = {ref: words_of(standing[ref]) for ref in single}
    wiped = _wiped(single, before)
    silent: dict[str, str | None] = dict.fromkeys(wiped)
    spoken = {ref: replace(words, **silent) for ref, words in single.items()} if wiped else single
    several = {ref for ref, rows in found.items() if len(rows) > 1}
    return SheetComparison(
        written={ref: words for ref, words in spoken.items() if words.changes(before[ref])},
        twice=frozenset(ref for ref in several if not standing[ref].is_duplicated),
        single_again=frozenset(ref for ref in single if standing[ref].is_duplicated),
        missing=frozenset(
            ref for ref, row in standing.items() if ref not in found and row.removed_at is None
        ),
        returned=frozenset(
            ref for ref in found if standing[ref].missing_since or standing[ref].removed_at
        ),
        is_emptied=not found
        and sum(row.removed_at is None for row in standing.values()) >= WIPED_FROM,
        wiped=tuple(column.title for column in STAFF if column.key in wiped),
    )


def _wiped(now: Mapping[str, StaffWords], before: Mapping[str, StaffWords]) -> list[str]:
    keys = (field.name for field in fields(StaffWords))
    return [
        key
        for key in keys
        if _is_wiped(
            [getattr(words, key) for words in now.values()],
            [getattr(words, key) for words in before.values()],
        )
    ]


def _is_wiped(now: Sequence[str | None], before: Sequence[str | None]) -> bool:
    return sum(bool(text) for text in before) >= WIPED_FROM and not any(now) and None not in now
