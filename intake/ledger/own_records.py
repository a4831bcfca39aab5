"""Records that the signer itself puts into the log in the act of signing: a change of key, and the
former checkpoint.

The record of a checkpoint makes the list of signed checkpoints a part of the log: one that is
deleted from the database later is missed.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.ledger import keys, note
from intake.ledger.canonical import Value
from intake.ledger.checkpoint_records import KIND as CHECKPOINT
from intake.ledger.checkpoint_records import digest_of
from intake.ledger.restarts import KIND as RESTART
from intake.ledger.sealed import last_checkpoint
from intake.ledger.signing import Signer
from intake.models import LedgerEntry, StoredCheckpoint

KEY = "key"
SIGNERS_OWN = frozenset({KEY, CHECKPOINT, RESTART})
"""Kinds of records that only the signer makes: one that waits to be sealed was put there by
somebody else.
"""


class Own(NamedTuple):
    """A record of the signer's, before it is in the log."""

    kind: str
    record: Mapping[str, Value]


def signers(
    session: Session, folder: Path, origin: str, current: Signer
) -> tuple[list[Signer], list[Own]]:
    """Return who signs the next checkpoint, and the record of a change of key where there is
    one.
    """
    last = last_checkpoint(session)
    if last is None:
        return [current], []
    signed_by = [one.key_hash for one in note.SignedNote.parse(last.note).signatures]
    if current.verifier.hash in signed_by:
        return [current], []
    former = keys.former_key(folder, origin, signed_by[-1])
    return [former, current], [
        Own(KEY, {"former": str(former.verifier), "key": str(current.verifier)})
    ]


def former_checkpoint(session: Session) -> Iterator[Own]:
    """Yield the record of the newest checkpoint; the first such record also binds those of the
    releases that made none.
    """
    last = last_checkpoint(session)
    if last is None:
        return
    earlier = None
    if (
        session.scalar(select(LedgerEntry.id).where(LedgerEntry.kind == CHECKPOINT).limit(1))
        is None
    ):
        notes = session.scalars(
            select(StoredCheckpoint.note)
            .where(StoredCheckpoint.id < last.id)
            .order_by(StoredCheckpoint.id)
        ).all()
        earlier = digest_of(notes) if notes else None
    number = session.scalar(select(func.count()).select_from(StoredCheckpoint))
    yield Own(
        CHECKPOINT,
        {
            "number": number,
            "size": last.size,
            "root": last.root.hex(),
            "note_sha256": sha256(last.note.encode()).hexdigest(),
            "earlier_sha256": earlier,
        },
    )
