"""Restart the log on purpose: go on from what the database holds, although it is not what was
signed.

What was signed before can then no longer be shown whole. So this is somebody's act with a reason,
it is the first record that follows, and it says how much of the log still is what was signed. Only
a log that is whole in itself can be restarted; one with damaged entries needs a backup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from intake.ledger import alarm, keys, note
from intake.ledger.append import append, stamp
from intake.ledger.canonical import Value
from intake.ledger.comparison import compare
from intake.ledger.entry_check import placed
from intake.ledger.incremental_tree import IncrementalTree
from intake.ledger.kept_checkpoints import kept_here
from intake.ledger.kept_head import read_kept_head
from intake.ledger.merkle import EMPTY
from intake.ledger.restarts import KIND
from intake.ledger.seal import sign
from intake.models import LedgerNode, StoredCheckpoint


class NotRestarted(Exception):
    """The log was left as it is; the message says why."""


@dataclass(frozen=True)
class Whole:
    """A log that is whole in itself: its tree, and its root at the sizes that were asked for."""

    tree: IncrementalTree
    roots: dict[int, bytes]


def restart(
    session: Session, folder: Path, origin: str, *, reason: str, who: str, now: datetime
) -> StoredCheckpoint:
    """Go on from the log in the database, for *reason*, and sign it; the alarm is over then. Raises
    `NotRestarted`.
    """
    if not reason.strip():
        raise NotRestarted(
            "Say with --reason why the log is restarted; it is kept in the log for good."
        )
    signer = keys.ensure_key(folder, origin)
    compared = compare(session, folder)
    if not compared.is_alarm and not alarm.standing_alarms(folder):
        raise NotRestarted("The log is the one that was signed, so there is nothing to restart.")
    heads = _signed_heads(session, folder)
    whole = _whole(session, {head.size for head in heads})
    former = max((head.size for head in heads), default=0)
    kept = read_kept_head(folder)
    agrees = max(
        (head.size for head in heads if whole.roots.get(head.size) == head.root), default=0
    )
    record: dict[str, Value] = {
        "id": str(uuid4()),
        "at": stamp(now),
        "who": who,
        "reason": reason.strip(),
        "former_size": former,
        "former_root": kept.head.root.hex() if kept else None,
        "agrees_up_to": agrees,
        "taken_up_size": whole.tree.size,
        "taken_up_root": whole.tree.root.hex(),
    }
    entry = append(session, KIND, record, now=now)
    session.flush()
    checkpoint = sign(session, folder, origin, [signer], whole.tree, [entry], own=1, now=now)
    alarm.end(folder, alarm.GLANCE, alarm.PATROL)
    return checkpoint


def _signed_heads(session: Session, folder: Path) -> Sequence[note.Checkpoint]:
    """Return every head that a key of this log signed, in the database and beside the key."""
    known = keys.known_keys(folder)
    notes = [
        *session.scalars(select(StoredCheckpoint.note)),
        *(one.note for one in kept_here(folder)),
    ]
    heads = list[note.Checkpoint]()
    for text in notes:
        try:
            heads.append(note.open_checkpoint(text, known))
        except (note.MalformedNote, note.NotSigned):
            continue
    return heads


def _whole(session: Session, sizes: set[int]) -> Whole:
    """Return the tree of the database's log from its bytes up; its kept roots are made anew. Raises
    `NotRestarted`.
    """
    tree, roots = IncrementalTree(), {0: EMPTY}
    session.execute(delete(LedgerNode))
    for one in placed(session):
        problem = one.problem or ("is missing" if one.position != tree.size else None)
        if problem:
            raise NotRestarted(
                f"Position {tree.size} of the log is damaged ({problem}), and a damaged log cannot "
                "go on: put a backup back; “intake restore” goes on from there."
            )
        tree.add(one.true_leaf)
        session.add_all(
            LedgerNode(level=level, index=index, hash=hash_)
            for level, index, hash_ in tree.completed
        )
        if tree.size in sizes:
            roots[tree.size] = tree.root
    session.flush()
    return Whole(tree, roots)
