"""Sealing: give what was appended its place in the tree, and sign what the log is now.

Patients' transactions append without waiting for each other; places are given here, afterwards, by one at a time: a
place exists once, so of two that seal at the same moment one fails and looks again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger import keys, note
from intake.ledger.append import append
from intake.ledger.merkle import root, roots_to_store
from intake.ledger.sealed import SealedLog, last_checkpoint
from intake.ledger.signing import Signer
from intake.models import Checkpoint, LedgerEntry, LedgerPosition
from intake.outbox import Progress

MOST_AT_ONCE = 2000
PACE = timedelta(seconds=5)
AFTER_PROBLEM = timedelta(minutes=1)
NEARBY = 10_000
"""A transaction may commit an entry with a lower id after a later one was sealed: so far back it is looked for."""


def unsealed(session: Session, limit: int = MOST_AT_ONCE) -> list[LedgerEntry]:
    """Entries without a place, oldest first."""
    sealed, entries = (
        session.scalar(select(func.count()).select_from(table)) or 0 for table in (LedgerPosition, LedgerEntry)
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
) -> Checkpoint | None:
    """Give unsealed entries their places and sign a checkpoint; None when there was nothing to seal.

    After a change of key the checkpoint is signed by the former key as well, and the log says which key follows which.
    """
    signers = _signers(session, folder, origin, now)
    entries = unsealed(session, at_once)
    if not entries:
        return None
    log = SealedLog(session)
    before = log.size
    places = [{"position": before + at, "entry_id": one.id, "leaf": one.leaf} for at, one in enumerate(entries)]
    session.execute(insert(LedgerPosition), places)
    size = before + len(entries)
    for kept in roots_to_store(log, before, size):
        log.keep(*kept)
    head = note.Checkpoint(origin, size, root(log, size))
    checkpoint = Checkpoint(size=size, root=head.root, note=note.sign_checkpoint(head, signers), signed_at=now)
    session.add(checkpoint)
    session.flush()
    return checkpoint


@dataclass(frozen=True)
class Sealing:
    """The worker's step."""

    database: Database
    folder: Path
    """Where the signing key lies, outside the database."""
    origin: str

    def step(self, now: datetime) -> Progress:
        """Seal what is there. May be killed at any line: all of it is one transaction."""
        try:
            with self.database.writing() as session:
                seal(session, self.folder, self.origin, now=now)
        except keys.KeyProblem as problem:
            return Progress(not_before=now + AFTER_PROBLEM, problem=str(problem))
        return Progress(not_before=now + PACE)


def _signers(session: Session, folder: Path, origin: str, now: datetime) -> list[Signer]:
    current, last = keys.ensure_key(folder, origin), last_checkpoint(session)
    if last is None:
        return [current]
    signed_by = [one.key_hash for one in note.Note.parse(last.note).signatures]
    if current.verifier.hash in signed_by:
        return [current]
    former = keys.former_key(folder, origin, signed_by[-1])
    record = {"former": str(former.verifier), "key": str(current.verifier)}
    append(session, "key", record, now=now)
    session.flush()
    return [former, current]
