"""The log checked from its bytes up: every hash, every place, every checkpoint, and the checkpoints
kept elsewhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.ledger import note
from intake.ledger.checkpoint_records import missing_checkpoints
from intake.ledger.entry_check import AT_ONCE, is_of_kind, placed
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_checkpoints import KeptNote
from intake.ledger.merkle import EMPTY, leaf_hash
from intake.ledger.restarts import Restart, explained, restarts
from intake.ledger.seal import unsealed
from intake.ledger.signing import VerifierKey
from intake.models import LedgerNode, StoredCheckpoint

PORTION = 50_000
"""How many entries are looked at before it is said how far it is."""


@dataclass
class Audit:
    """What was found: sentences with the place. `size` and `unsealed` tell how much was looked
    at.
    """

    wrong: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    """What does not fit because the log was restarted on purpose, which the log records."""
    size: int = 0
    unsealed: int = 0


@dataclass(frozen=True)
class _Head:
    """A signed head that the log must contain, and where it stands."""

    size: int
    root: bytes
    where: str


def audit(session: Session, keys: Sequence[VerifierKey], anchors: Iterable[KeptNote] = ()) -> Audit:
    """Check the whole log against its signed checkpoints and against *anchors*: notes that are kept
    elsewhere.

    Kept roots are checked, never believed. An anchor that the log does not contain is what finds a
    log that was rolled back or written anew with a stolen key.
    """
    found = Audit()
    for _ in auditing(session, keys, anchors, found):
        pass
    return found


def auditing(
    session: Session, keys: Sequence[VerifierKey], anchors: Iterable[KeptNote], found: Audit
) -> Iterator[int]:
    """Check in portions, for whoever waits: yields how many entries were looked at, and fills
    *found*.
    """
    heads = _heads(session, keys, anchors, found)
    tree, roots = IncrementalTree(), {0: EMPTY}
    stored = {(node.level, node.index): node.hash for node in session.scalars(select(LedgerNode))}
    for sentence in _places(session, tree, roots, {head.size for head in heads}, stored):
        if sentence:
            found.wrong.append(sentence)
        else:
            yield tree.size
    found.size = tree.size
    for level, index in stored:
        found.wrong.append(f"kept root {index} of level {level}: is not what the log gives")
    restarted = restarts(session)
    _fit(heads, tree.size, roots, restarted, found)
    found.wrong += missing_checkpoints(session, since=restarted[-1].position if restarted else 0)
    _waiting(session, found)
    _last_head(session, tree, found)


def _fit(
    heads: Sequence[_Head],
    size: int,
    roots: dict[int, bytes],
    restarted: Sequence[Restart],
    found: Audit,
) -> None:
    """Find the heads that are no beginning of the log."""
    for head in heads:
        if head.size <= size and roots.get(head.size) == head.root:
            continue
        if restart := explained(restarted, head.size):
            found.restarted.append(
                f"{head.where}: is of the log of before it was restarted ({restart.reason})"
            )
        elif head.size > size:
            found.wrong.append(
                f"{head.where}: has {head.size} entries, but the log has only {size}: it "
                "was cut short"
            )
        else:
            found.wrong.append(
                f"{head.where}: the first {head.size} entries of the log are not the ones that "
                "were signed"
            )


def _heads(
    session: Session, keys: Sequence[VerifierKey], anchors: Iterable[KeptNote], found: Audit
) -> list[_Head]:
    heads: list[_Head] = []
    for row in session.scalars(select(StoredCheckpoint).order_by(StoredCheckpoint.id)):
        where = f"checkpoint {row.id}"
        head = _opened(row.note, keys, where, found)
        if head and (head.size, head.root) != (row.size, row.root):
            found.wrong.append(f"{where}: its row does not say what its signed note says")
        if head:
            heads.append(_Head(head.size, head.root, where))
    for kept in anchors:
        head = _opened(kept.note, keys, kept.where, found)
        if head:
            heads.append(_Head(head.size, head.root, f"{kept.where} (of {head.size} entries)"))
    return heads


def _opened(
    text: str, keys: Sequence[VerifierKey], where: str, found: Audit
) -> note.Checkpoint | None:
    try:
        return note.open_checkpoint(text, keys)
    except (note.MalformedNote, note.NotSigned) as problem:
        found.wrong.append(f"{where}: {problem}")
        return None


def _places(
    session: Session,
    tree: IncrementalTree,
    roots: dict[int, bytes],
    wanted: set[int],
    stored: dict[tuple[int, int], bytes],
) -> Iterator[str]:
    """Yield what is off with an entry or its place; "" after each portion.

    Fills *roots* for *wanted* sizes, and strikes right ones out of *stored*.
    """
    for one in placed(session):
        if one.position != tree.size:
            yield f"position {tree.size}: is missing; the next one is {one.position}"
            return
        if one.problem:
            yield one.problem
        tree.add(one.true_leaf)
        for level, index, hash_ in tree.completed:
            if stored.get((level, index)) == hash_:
                del stored[level, index]
        if tree.size in wanted:
            roots[tree.size] = tree.root
        if tree.size % PORTION == 0:
            yield ""


def _waiting(session: Session, found: Audit) -> None:
    for entry in unsealed(session, limit=AT_ONCE):
        found.unsealed += 1
        if leaf_hash(entry.canonical) != entry.leaf:
            found.wrong.append(
                f"entry {entry.id}, not sealed yet: its bytes are not the ones that were hashed"
            )
        elif not is_of_kind(entry.canonical, entry.kind):
            found.wrong.append(
                f"entry {entry.id}, not sealed yet: is filed under another kind than it "
                "was hashed with"
            )


def _last_head(session: Session, tree: IncrementalTree, found: Audit) -> None:
    signed = session.scalar(select(func.max(StoredCheckpoint.size))) or 0
    if tree.size > signed:
        found.wrong.append(
            f"positions {signed} to {tree.size - 1}: no checkpoint was ever signed for them"
        )
