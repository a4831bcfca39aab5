"""Is the database's log the one that was signed last? Asked before anything is signed, given out or
called in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.counted import counted
from intake.db import batched
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_head import KeptHead, read_kept_head
from intake.ledger.keys import KeyProblem, known_keys
from intake.ledger.merkle import LeavesMissing, leaf_hash, root
from intake.ledger.note import MalformedNote, NotSigned, SignedNote, open_checkpoint
from intake.ledger.sealed import SealedLog, last_checkpoint
from intake.ledger.signing import VerifierKey
from intake.models import LedgerEntry, LedgerPosition

TRIES = 3
"""While another process seals, the file and the database are read at different moments: then they
are read again.
"""
RESTART = (
    "Keep a copy of the database, run “intake consent verify” and find out who had the database. "
    "Then put a backup back (“intake restore” goes on from there), or go on with what is there by "
    "“intake consent restart --reason …”, which the log records"
)


class LogRelation(Enum):
    """How the database's log stands to the head that is kept beside the key."""

    NO_HEAD = "no head is kept yet"
    SAME = "the database ends at the kept head"
    AHEAD = "the database goes on from the kept head, and another signer signed for it"
    UNFINISHED = "the head was signed and written, but its transaction was not committed"
    OLDER = "the database ends before the kept head: it was put back to an older copy"
    CONTRADICTS = "the database holds another log than the one that was signed"


@dataclass(frozen=True)
class LogComparison:
    """How the log stands, and in a sentence what that means and what to do."""

    standing: LogRelation
    kept: KeptHead | None
    size: int
    """How many entries of the database have places."""
    sentence: str

    @property
    def is_alarm(self) -> bool:
        """Whether nothing may be signed or given out."""
        return self.standing in {LogRelation.OLDER, LogRelation.CONTRADICTS}

    @property
    def is_older(self) -> bool:
        """Whether the database is an older copy: the state that a restored backup is in."""
        return self.standing is LogRelation.OLDER


def compare(session: Session, folder: Path) -> LogComparison:
    """Compare the log with the head kept in *folder*; *session* should not have read anything
    before.

    Kept roots of the database are used, so this takes a moment however long the log is. It finds a
    log that was cut back, thinned out or reordered, lost its checkpoint, or has places that nobody
    signed for. What was altered inside one of those subtrees is found by `patrol` and `audit`.
    Raises `KeyProblem`.
    """
    for attempt in range(TRIES):
        kept = read_kept_head(folder)
        before = SealedLog(session).size
        compared = _compared(session, folder, kept)
        if not compared.is_alarm or (
            before == SealedLog(session).size and kept == read_kept_head(folder)
        ):
            break
        if attempt:
            session.expire_all()
    return compared


def _compared(session: Session, folder: Path, kept: KeptHead | None) -> LogComparison:
    log, keys = SealedLog(session), known_keys(folder)
    size = log.size
    missing = size - (session.scalar(select(func.count()).select_from(LedgerPosition)) or 0)
    if missing:
        return _contradiction(
            kept, size, f"{counted(missing, 'place')} of the first {size} in the log {_be(missing)}"
        )
    try:
        return _told(session, log, size, keys, kept)
    except LeavesMissing:
        return _contradiction(kept, size, f"places among the first {size} of the log are missing")


def _told(
    session: Session, log: SealedLog, size: int, keys: Sequence[VerifierKey], kept: KeptHead | None
) -> LogComparison:
    is_signed = _ends_signed(session, keys, size, root(log, size))
    if kept is None:
        _require_key(session, keys)
        return _without_head(size, is_signed)
    if size >= kept.head.size:
        return _at_least_as_long(log, size, kept, is_signed)
    return _shorter(session, log, kept, is_signed)


def _require_key(session: Session, keys: Sequence[VerifierKey]) -> None:
    """Without a head, the keys beside it are all there is to tell a forged log by. Raises
    `KeyProblem`.
    """
    newest, known = last_checkpoint(session), {key.hash for key in keys}
    try:
        signed_by = (
            {one.key_hash for one in SignedNote.parse(newest.note).signatures} if newest else known
        )
    except MalformedNote:
        return
    if newest and not signed_by & known:
        raise KeyProblem(
            "The newest checkpoint was signed by a key that is not in the folder “ledger” of this "
            "instance; put the folder back from your backup, or run this where it lies"
        )


def _without_head(size: int, is_signed: bool) -> LogComparison:
    if is_signed:
        return LogComparison(LogRelation.NO_HEAD, None, size, "no head is kept beside the key yet")
    return _contradiction(
        None, size, f"no checkpoint was signed for the log’s {counted(size, 'entry', 'entries')}"
    )


def _at_least_as_long(log: SealedLog, size: int, kept: KeptHead, is_signed: bool) -> LogComparison:
    signed = kept.head.size
    if root(log, signed) != kept.head.root:
        return _contradiction(
            kept, size, f"the first {signed} entries of the log are not those that were signed"
        )
    if not is_signed:
        return _contradiction(
            kept, size, f"the log of {size} entries does not end with its signed checkpoint"
        )
    standing = LogRelation.SAME if size == signed else LogRelation.AHEAD
    return LogComparison(standing, kept, size, f"the log continues the head of {signed} entries")


def _shorter(session: Session, log: SealedLog, kept: KeptHead, is_signed: bool) -> LogComparison:
    size, signed = log.size, kept.head.size
    if not is_signed:
        return _contradiction(
            kept,
            size,
            f"the log’s {size} entries are no beginning of the {signed} that were signed",
        )
    if _can_be_finished(session, log, kept):
        return LogComparison(
            LogRelation.UNFINISHED,
            kept,
            size,
            "the last sealing was not finished; the next one does it",
        )
    older = (
        f"the database’s log has {size} entries, but the last checkpoint that was signed has "
        f"{signed}: the database was put back to an older copy. Nothing is signed. Run “intake "
        "restore”: it says what is lost and takes up what can be"
    )
    return LogComparison(LogRelation.OLDER, kept, size, older)


def _contradiction(kept: KeptHead | None, size: int, what: str) -> LogComparison:
    return LogComparison(
        LogRelation.CONTRADICTS,
        kept,
        size,
        f"{what}: the database was altered. Nothing is signed. {RESTART}",
    )


def _be(count: int) -> str:
    return "is missing" if count == 1 else "are missing"


def _ends_signed(session: Session, keys: Sequence[VerifierKey], size: int, whole: bytes) -> bool:
    """Return whether the newest checkpoint is signed for just this log."""
    newest = last_checkpoint(session)
    if newest is None:
        return size == 0
    try:
        head = open_checkpoint(newest.note, keys)
    except (MalformedNote, NotSigned):
        return False
    return (head.size, head.root) == (size, whole) == (newest.size, newest.root)


def _can_be_finished(session: Session, log: SealedLog, kept: KeptHead) -> bool:
    """Return whether the entries that *kept* added wait in the database, to be given the same
    places again.
    """
    if log.size != kept.base_size:
        return False
    own = {leaf_hash(one.canonical) for one in kept.own}
    if set(kept.added) - own - set(waiting_for(session, kept)):
        return False
    return IncrementalTree.up_to(log, log.size).extended(kept.added).root == kept.head.root


def waiting_for(session: Session, kept: KeptHead) -> dict[bytes, int]:
    """Return the ids of the entries, by their leaves, to which *kept* gave places and which have
    none in the database.
    """
    found: dict[bytes, int] = {}
    for leaves in batched(kept.added):
        rows = session.execute(
            select(LedgerEntry.leaf, LedgerEntry.id)
            .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
            .where(LedgerEntry.leaf.in_(leaves), LedgerPosition.entry_id.is_(None))
        )
        found.update((leaf, entry_id) for leaf, entry_id in rows)
    return found
