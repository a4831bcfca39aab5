"""The log checked from its bytes up: every hash, every place, every checkpoint, and the checkpoints kept elsewhere."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.ledger import note
from intake.ledger.growing import Growing
from intake.ledger.merkle import EMPTY, leaf_hash
from intake.ledger.seal import unsealed
from intake.ledger.signing import VerifierKey
from intake.models import Checkpoint, LedgerEntry, LedgerNode, LedgerPosition

AT_ONCE = 2000
PORTION = 50_000
"""How many entries are looked at before it is said how far it is."""


@dataclass
class Audit:
    """What was found: sentences with the place. `size` and `unsealed` tell how much was looked at."""

    wrong: list[str] = field(default_factory=list)
    size: int = 0
    unsealed: int = 0


def audit(session: Session, keys: Sequence[VerifierKey], anchors: Iterable[str] = ()) -> Audit:
    """Check the whole log against its signed checkpoints and against *anchors*: notes that were kept elsewhere.

    Kept roots are checked, never believed. An anchor that the log does not contain is what finds a log that was
    rolled back or written anew with a stolen key.
    """
    found = Audit()
    for _ in auditing(session, keys, anchors, found):
        pass
    return found


def auditing(session: Session, keys: Sequence[VerifierKey], anchors: Iterable[str], found: Audit) -> Iterator[int]:
    """The same in portions, for whoever waits: yields how many entries were looked at, and fills *found*."""
    heads = _heads(session, keys, anchors, found)
    tree, roots = Growing(), {0: EMPTY}
    stored = {(node.level, node.index): node.hash for node in session.scalars(select(LedgerNode))}
    for sentence in _places(session, tree, roots, {size for size, _, _ in heads}, stored):
        if sentence:
            found.wrong.append(sentence)
        else:
            yield tree.size
    found.size = tree.size
    for level, index in stored:
        found.wrong.append(f"kept root {index} of level {level}: is not what the log gives")
    for size, root, where in heads:
        if size > tree.size:
            found.wrong.append(f"{where}: has {size} entries, but the log has only {tree.size}: it was cut short")
        elif roots.get(size) != root:
            found.wrong.append(f"{where}: the first {size} entries of the log are not the ones that were signed")
    _waiting(session, found)
    _last_head(session, tree, found)


def _heads(
    session: Session, keys: Sequence[VerifierKey], anchors: Iterable[str], found: Audit
) -> list[tuple[int, bytes, str]]:
    heads: list[tuple[int, bytes, str]] = []
    for row in session.scalars(select(Checkpoint).order_by(Checkpoint.id)):
        where = f"checkpoint {row.id}"
        head = _opened(row.note, keys, where, found)
        if head and (head.size, head.root) != (row.size, row.root):
            found.wrong.append(f"{where}: its row does not say what its signed note says")
        if head:
            heads.append((head.size, head.root, where))
    for number, text in enumerate(anchors, 1):
        where = f"kept checkpoint {number}"
        head = _opened(text, keys, where, found)
        if head:
            heads.append((head.size, head.root, f"{where} (of {head.size} entries)"))
    return heads


def _opened(text: str, keys: Sequence[VerifierKey], where: str, found: Audit) -> note.Checkpoint | None:
    try:
        return note.open_checkpoint(text, keys)
    except (note.MalformedNote, note.NotSigned) as problem:
        found.wrong.append(f"{where}: {problem}")
        return None


def _places(
    session: Session,
    tree: Growing,
    roots: dict[int, bytes],
    wanted: set[int],
    stored: dict[tuple[int, int], bytes],
) -> Iterator[str]:
    """What is off with an entry or its place; "" after each portion.

    Fills *roots* for *wanted* sizes, and strikes right ones out of *stored*.
    """
    rows = session.execute(
        select(LedgerPosition.position, LedgerPosition.leaf, LedgerEntry.id, LedgerEntry.leaf, LedgerEntry.canonical,
               LedgerEntry.kind)
        .outerjoin(LedgerEntry, LedgerEntry.id == LedgerPosition.entry_id)
        .order_by(LedgerPosition.position)
        .execution_options(yield_per=AT_ONCE)
    )  # fmt: skip
    for position, leaf, entry_id, entry_leaf, canonical, kind in rows:
        if position != tree.size:
            yield f"position {tree.size}: is missing; the next one is {position}"
            rows.close()
            return
        if problem := _problem(position, leaf, entry_id, entry_leaf, canonical, kind):
            yield problem
        tree.add(leaf if canonical is None else leaf_hash(canonical))
        for level, index, hash_ in tree.completed:
            if stored.get((level, index)) == hash_:
                del stored[level, index]
        if tree.size in wanted:
            roots[tree.size] = tree.root
        if tree.size % PORTION == 0:
            yield ""


def _problem(
    position: int, leaf: bytes, entry_id: int | None, entry_leaf: bytes | None, canonical: bytes | None,
    kind: str | None,
) -> str | None:  # fmt: skip
    if canonical is None:
        return f"position {position}: its entry was deleted"
    if leaf_hash(canonical) != entry_leaf:
        return f"entry {entry_id} at position {position}: its bytes are not the ones that were hashed"
    if entry_leaf != leaf:
        return f"entry {entry_id}: stands at position {position}, where another was sealed"
    if not _is_of_kind(canonical, kind):
        return f"entry {entry_id} at position {position}: is filed under another kind than it was hashed with"
    return None


def _waiting(session: Session, found: Audit) -> None:
    for entry in unsealed(session, limit=AT_ONCE):
        found.unsealed += 1
        if leaf_hash(entry.canonical) != entry.leaf:
            found.wrong.append(f"entry {entry.id}, not sealed yet: its bytes are not the ones that were hashed")
        elif not _is_of_kind(entry.canonical, entry.kind):
            found.wrong.append(f"entry {entry.id}, not sealed yet: is filed under another kind than it was hashed with")


def _is_of_kind(canonical: bytes, kind: str | None) -> bool:
    """Filed under another kind, a record would not be missed by whoever counts those of its own."""
    try:
        record = json.loads(canonical)
    except ValueError:
        return False
    return isinstance(record, dict) and record.get("kind") == kind


def _last_head(session: Session, tree: Growing, found: Audit) -> None:
    signed = session.scalar(select(func.max(Checkpoint.size))) or 0
    if tree.size > signed:
        found.wrong.append(f"positions {signed} to {tree.size - 1}: no checkpoint was ever signed for them")
