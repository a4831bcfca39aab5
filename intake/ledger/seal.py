"""Sealing: give what was appended its place in the tree, and sign what the log is now.

Patients' transactions append without waiting for each other; places are given here, afterwards, by
one at a time: a place exists once, so of two that seal at the same moment one fails and looks
again.

Nothing is signed that was not looked at. The database must end at the head that is kept beside the
key (`comparison`), each entry must have the bytes that were hashed, and the tree is grown from the
kept head and never from the database. The new head is on disk beside the key before the database
commits it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from intake.ledger import alarm, keys, note
from intake.ledger.alarm import PATROL
from intake.ledger.append import append
from intake.ledger.comparison import LogComparison, LogRelation, compare, waiting_for
from intake.ledger.entry_check import is_of_kind
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_head import KeptHead, OwnRecord, write_kept_head
from intake.ledger.merkle import leaf_hash
from intake.ledger.own_records import SIGNERS_OWN, former_checkpoint, signers
from intake.ledger.sealed import SealedLog
from intake.ledger.signing import Signer
from intake.models import LedgerEntry, LedgerPosition, StoredCheckpoint

MOST_AT_ONCE = 2000
REMEDY = (
    "Nothing is signed. Keep a copy of the database, find out who had it, and put a backup back; "
    "“intake restore” goes on from there"
)
NEARBY = 10_000
"""A transaction may commit an entry with a lower id after a later one was sealed: so far back it is
looked for.
"""


class NotSealed(Exception):
    """The log is not the one that was signed, so nothing is signed; the message says what to do."""


@dataclass(frozen=True)
class _Begun:
    """What this transaction sealed already: together it is committed, or none of it."""

    transaction: SessionTransaction | None
    kept: KeptHead


def unsealed(session: Session, limit: int = MOST_AT_ONCE) -> list[LedgerEntry]:
    """Entries without a place, oldest first."""
    sealed, entries = (
        session.scalar(select(func.count()).select_from(table)) or 0
        for table in (LedgerPosition, LedgerEntry)
    )
    if sealed == entries:
        return []
    newest = session.scalar(select(func.max(LedgerPosition.entry_id))) or 0
    without = (
        select(LedgerEntry)
        .outerjoin(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(LedgerPosition.entry_id.is_(None))
        .order_by(LedgerEntry.id)
        .limit(limit)
    )
    nearby = session.scalars(without.where(LedgerEntry.id > newest - NEARBY)).all()
    return list(nearby or session.scalars(without).all())


def seal(
    session: Session, folder: Path, origin: str, *, now: datetime, at_once: int = MOST_AT_ONCE
) -> StoredCheckpoint | None:
    """Give unsealed entries their places and sign a checkpoint; None when there was nothing to
    seal.

    A sealing that was signed and not committed is done again first, entry by entry the same. After
    a change of key the checkpoint is signed by the former key as well, and the log says which key
    follows which. Raises `NotSealed`.
    """
    current = keys.ensure_key(folder, origin)
    compared = compare(session, folder)
    if compared.is_alarm:
        raise NotSealed(compared.sentence)
    if PATROL in (standing := alarm.standing_alarms(folder)):
        raise NotSealed(standing[PATROL].sentence)
    if compared.standing is LogRelation.UNFINISHED and compared.kept:
        return _finish(session, compared.kept, now)
    signed_by, own = signers(session, folder, origin, current)
    entries = unsealed(session, at_once)
    if not entries and not own:
        return None
    own = [*former_checkpoint(session), *own]
    for entry in entries:
        _look_at(entry)
    entries = [*(append(session, kind, record, now=now) for kind, record in own), *entries]
    session.flush()
    return sign(
        session, folder, origin, signed_by, _tree(session, compared), entries, own=len(own), now=now
    )


def sign(
    session: Session,
    folder: Path,
    origin: str,
    signed_by: Sequence[Signer],
    tree: IncrementalTree,
    entries: Sequence[LedgerEntry],
    *,
    own: int,
    now: datetime,
) -> StoredCheckpoint:
    """Give *entries*, of which the signer itself made the first *own*, their places behind *tree*,
    and sign the result.

    Whoever calls this has looked: what *tree* holds is what the signature stands for.
    """
    before = tree.size
    grown = _placed(session, tree, entries)
    head = note.Checkpoint(origin, grown.size, grown.root)
    signed = note.sign_checkpoint(head, signed_by)
    checkpoint = _stored(session, head, signed, now)
    _keep(
        session,
        folder,
        KeptHead(
            notes=[signed],
            head=head,
            peaks=grown.peaks,
            base_size=before,
            added=[one.leaf for one in entries],
            own=[OwnRecord(one.kind, one.canonical) for one in entries[:own]],
        ),
    )
    return checkpoint


def _look_at(entry: LedgerEntry) -> None:
    """Refuse an entry that is not what it says. Raises `NotSealed`."""
    if leaf_hash(entry.canonical) != entry.leaf:
        raise NotSealed(
            f"entry {entry.id}, which waits to be sealed, has other bytes than were "
            f"hashed. {REMEDY}"
        )
    if entry.kind in SIGNERS_OWN or not is_of_kind(entry.canonical, entry.kind):
        raise NotSealed(
            f"entry {entry.id}, which waits to be sealed, is no record of the kind it is "
            f"filed under. {REMEDY}"
        )


def _tree(session: Session, compared: LogComparison) -> IncrementalTree:
    """Return the tree that was signed: from the kept head; only where that is behind or missing,
    from the database.
    """
    if compared.kept and compared.standing is LogRelation.SAME:
        return compared.kept.tree
    return IncrementalTree.up_to(SealedLog(session), compared.size)


def _placed(
    session: Session, tree: IncrementalTree, entries: Sequence[LedgerEntry]
) -> IncrementalTree:
    """Return the tree with *entries* in it, which have their places now."""
    places = [
        {"position": tree.size + at, "entry_id": one.id, "leaf": one.leaf}
        for at, one in enumerate(entries)
    ]
    session.execute(insert(LedgerPosition), places)
    log, grown = SealedLog(session), tree.extended(())
    for entry in entries:
        grown.add(entry.leaf)
        for completed in grown.completed:
            log.keep(*completed)
    return grown


def _stored(
    session: Session, head: note.Checkpoint, signed: str, now: datetime
) -> StoredCheckpoint:
    checkpoint = StoredCheckpoint(size=head.size, root=head.root, note=signed, signed_at=now)
    session.add(checkpoint)
    session.flush()
    return checkpoint


def _keep(session: Session, folder: Path, kept: KeptHead) -> None:
    """Write the head beside the key, with all that this transaction sealed before it."""
    transaction = session.get_transaction()
    begun = session.info.get(_Begun)
    if (
        isinstance(begun, _Begun)
        and begun.transaction is transaction
        and begun.kept.head.size == kept.base_size
    ):
        former = begun.kept
        kept = KeptHead(
            notes=[*former.notes, *kept.notes],
            head=kept.head,
            peaks=kept.peaks,
            base_size=former.base_size,
            added=[*former.added, *kept.added],
            own=[*former.own, *kept.own],
        )
    session.info[_Begun] = _Begun(transaction, kept)
    write_kept_head(folder, kept)


def _finish(session: Session, kept: KeptHead, now: datetime) -> StoredCheckpoint:
    """Do the sealing again that was written beside the key and is not in the database."""
    there = waiting_for(session, kept)
    for own in kept.own:
        leaf = leaf_hash(own.canonical)
        if leaf not in there:
            entry = LedgerEntry(kind=own.kind, canonical=own.canonical, leaf=leaf, recorded_at=now)
            session.add(entry)
            session.flush()
            there[leaf] = entry.id
    entries = [session.get_one(LedgerEntry, there[leaf]) for leaf in kept.added]
    _placed(session, IncrementalTree.up_to(SealedLog(session), kept.base_size), entries)
    heads = [
        (signed, note.Checkpoint.parse(note.SignedNote.parse(signed).text)) for signed in kept.notes
    ]
    return [_stored(session, head, signed, now) for signed, head in heads][-1]
