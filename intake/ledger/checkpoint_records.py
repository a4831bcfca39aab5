"""Are all signed checkpoints still in the database that the log says were signed?"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import LedgerEntry, LedgerPosition, StoredCheckpoint

KIND = "checkpoint"


def missing_checkpoints(session: Session, *, since: int) -> Iterator[str]:
    """Yield each checkpoint that the log says was signed and that is gone, for records from
    position *since* on.

    *since* is the last restart of the log: what was signed before belongs to the log that was given
    up.
    """
    notes = session.execute(
        select(StoredCheckpoint.size, StoredCheckpoint.note).order_by(StoredCheckpoint.id)
    ).all()
    there = [sha256(note.encode()).hexdigest() for _, note in notes]
    kept = set(there)
    for canonical, position in session.execute(
        select(LedgerEntry.canonical, LedgerPosition.position)
        .join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == KIND, LedgerPosition.position >= since)
        .order_by(LedgerPosition.position)
    ):
        try:
            told = json.loads(canonical)
            digest, number, size, earlier = (
                told[name] for name in ("note_sha256", "number", "size", "earlier_sha256")
            )
        except (ValueError, KeyError, TypeError):
            continue  # its bytes are not the ones that were hashed, which the audit says
        if digest not in kept:
            yield (
                f"checkpoint {number} (of {size} entries): was signed, as position {position} "
                "says, and is deleted"
            )
        elif earlier and digest_of(note for _, note in notes[: there.index(digest)]) != earlier:
            yield f"checkpoints before that of {size} entries: are not all those that were signed"


def digest_of(notes: Iterable[str]) -> str:
    """Return the digest of several notes in their order; each has its own length before it."""
    digest = sha256()
    for note in notes:
        data = note.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
