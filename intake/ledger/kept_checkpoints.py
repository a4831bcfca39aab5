"""Signed checkpoints that are kept outside the database, each with the place that it is kept in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intake.ledger.comparison import LogComparison, LogRelation
from intake.ledger.kept_head import read_kept_head
from intake.ledger.kept_notes import FILE, read_notes
from intake.ledger.place import KEPT_HEAD


@dataclass(frozen=True)
class KeptNote:
    """One signed note, and where it is kept, in words."""

    where: str
    note: str


def numbered(notes: Sequence[str], place: str = "kept checkpoint") -> list[KeptNote]:
    """Name each of *notes* by its number in *place*."""
    return [KeptNote(f"{place} {number}", note) for number, note in enumerate(notes, 1)]


def committed(kept: Sequence[KeptNote], compared: LogComparison) -> list[KeptNote]:
    """Leave out of *kept* what a sealing that is not finished signed: the database has not got it
    yet.
    """
    unfinished = (
        compared.kept.notes if compared.kept and compared.standing is LogRelation.UNFINISHED else ()
    )
    return [one for one in kept if one.note not in unfinished]


def kept_here(folder: Path) -> list[KeptNote]:
    """Return what lies beside the signing key: the last signed head and the file of checkpoints.
    Raises `KeyProblem`.

    To be read before the database is, which goes on meanwhile.
    """
    head = read_kept_head(folder)
    heads = [KeptNote(f"the head in {KEPT_HEAD}", head.notes[-1])] if head else []
    return [*heads, *numbered(read_notes(folder), f"{FILE}, checkpoint")]
