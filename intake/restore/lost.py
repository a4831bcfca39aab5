"""What is known outside of the database and not in it: from the copy of acts, the sheet and kept
checkpoints.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from intake.counted import counted
from intake.ledger.comparison import LogComparison
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.ledger.keys import known_keys
from intake.ledger.note import MalformedNote, NotSigned, open_checkpoint
from intake.restore.sheet_knows import SheetKnows

ACTS = {
    KeptActKind.WITHDRAWN: ("withdrawal", "withdrawals"),
    KeptActKind.ERASED: ("erasure", "erasures"),
    KeptActKind.INVALIDATED: ("invalidation", "invalidations"),
    KeptActKind.RESTRICTED: ("lock", "locks"),
    KeptActKind.CORRECTED: ("correction", "corrections"),
    KeptActKind.ACCOUNT: ("change of an account", "changes of accounts"),
}


@dataclass(frozen=True)
class Lost:
    """All of it; nothing was changed to find it out."""

    compared: LogComparison
    copy: Sequence[KeptAct]
    acts: Sequence[KeptAct]
    """The acts in the copy that the database has not."""
    sheet: SheetKnows | None
    """None where it was not read."""
    newest_elsewhere: int
    """How many entries the newest checkpoint has that is kept in the sheet or in the file for safe
    keeping.
    """
    problems: Sequence[str]
    """Lines of the copy that cannot be believed."""

    @property
    def is_anything(self) -> bool:
        """Whether there is something to do."""
        return bool(self.compared.is_older or self.acts or (self.sheet and self.sheet.lost))

    def lines(self) -> Iterator[str]:
        """Yield what is known, a sentence each, without a word of any person's."""
        size, kept = self.compared.size, self.compared.kept
        if kept and self.compared.is_older:
            yield (
                f"The log: {kept.head.size - size} of {kept.head.size} entries are lost; the "
                f"database has {size}."
            )
        elif self.newest_elsewhere > size:
            yield (
                f"The log: a checkpoint kept elsewhere has {self.newest_elsewhere} entries, "
                f"the database {size}."
            )
        counts = Counter(act.kind for act in self.acts)
        for kind, words in ACTS.items():
            if counts[kind]:
                refs = sorted({act.ref for act in self.acts if act.kind is kind and act.ref})
                named = f" ({', '.join(refs)})" if refs else ""
                yield f"The copy of acts: {counted(counts[kind], *words)} to be done again{named}."
        if self.problems:
            yield (
                f"The copy of acts: {'; '.join(self.problems[:5])}. What stood there is not known."
            )
        yield from self._in_sheet()

    def _in_sheet(self) -> Iterator[str]:
        if self.sheet is None:
            yield (
                "The sheet was not read: rows of lost requests and rows that would come twice "
                "are not known."
            )
            return
        if self.sheet.lost:
            rows, refs = (
                counted(len(self.sheet.lost), "row"),
                ", ".join(row.ref for row in self.sheet.lost),
            )
            yield f"The sheet: {rows} of lost requests, to be taken up and called ({refs})."
        if self.sheet.arrived:
            rows, refs = (
                counted(len(self.sheet.arrived), "row"),
                ", ".join(sorted(self.sheet.arrived)),
            )
            yield f"The sheet: {rows} that would be delivered a second time ({refs})."
        if self.sheet.unclear:
            yield (
                f"The sheet: {counted(self.sheet.unclear, 'row')} without a reference of a "
                "request; look at them."
            )


def largest_head(notes: Iterable[str], folder: Path) -> int:
    """Return how many entries the newest of *notes* has that a key of *folder* signed; 0 where
    there is none.
    """
    sizes, keys = [0], known_keys(folder)
    for note in notes:
        with suppress(MalformedNote, NotSigned):
            sizes.append(open_checkpoint(note, keys).size)
    return max(sizes)
