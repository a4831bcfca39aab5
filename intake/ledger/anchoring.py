"""Anchoring: put signed checkpoints where the database's administrator cannot rewrite them, each
place at its pace.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger.keys import known_keys
from intake.ledger.note import MalformedNote, NotSigned, open_checkpoint
from intake.ledger.sealed import last_checkpoint
from intake.ledger.signing import VerifierKey
from intake.models import Anchor, StoredCheckpoint
from intake.outbox import Progress

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=20)
A_MINUTE = timedelta(seconds=30)
"""With the pace of sealing and of looking, something new is in such a place within a minute."""
MOST = 500

Put = Callable[[StoredCheckpoint], None]
"""Puts a checkpoint into its place; raises when that did not work, with a sentence for people."""
Due = Callable[[Session, Anchor | None, datetime], Sequence[StoredCheckpoint]]
"""Which checkpoints a place should get now, the oldest first, after its last one."""


@dataclass(frozen=True)
class AnchorPlace:
    """Where checkpoints are kept, and when it should have another."""

    put: Put
    due: Due


@dataclass(frozen=True)
class Anchoring:
    """The worker's step: each place gets what it should have."""

    database: Database
    folder: Path
    """Where the public keys lie: what no key of the log signed is put nowhere."""
    places: Mapping[str, AnchorPlace]

    def step(self, now: datetime) -> Progress:
        """Put a checkpoint into each place. Killed in between, the same checkpoint may be put there
        twice, which does no harm.
        """
        keys = known_keys(self.folder)
        for name, place in self.places.items():
            with self.database.reading() as session:
                last = last_anchor(session, name)
                wanted = [one for one in place.due(session, last, now) if _is_signed(one, keys)]
            put = self._put(name, place, wanted)
            if put:
                with self.database.writing() as session:
                    session.add(Anchor(checkpoint_id=put.id, place=name, anchored_at=now))
                log.info("anchored", extra={"place": name, "size": put.size})
        return Progress(not_before=now + LOOK_AGAIN)

    def _put(
        self, name: str, place: AnchorPlace, wanted: Sequence[StoredCheckpoint]
    ) -> StoredCheckpoint | None:
        """Put *wanted* into *place* in their order, as far as that works; the last one that is
        there.
        """
        done = None
        for checkpoint in wanted:
            try:
                place.put(checkpoint)
            # Whatever stands in the way of one place must not keep back the others
            except Exception as problem:
                log.warning("not anchored", extra={"place": name, "reason": type(problem).__name__})
                break
            done = checkpoint
        return done


def every_one(session: Session, last: Anchor | None, _: datetime) -> Sequence[StoredCheckpoint]:
    """Return every checkpoint after the last one: for a place that costs nothing."""
    return session.scalars(
        select(StoredCheckpoint)
        .where(StoredCheckpoint.id > (last.checkpoint_id if last else 0))
        .order_by(StoredCheckpoint.id)
        .limit(MOST)
    ).all()


def newest(session: Session, last: Anchor | None, now: datetime) -> Sequence[StoredCheckpoint]:
    """Return the newest checkpoint within a minute: for a place that people look into."""
    return newest_after(session, last, now, A_MINUTE)


def newest_after(
    session: Session, last: Anchor | None, now: datetime, pace: timedelta
) -> Sequence[StoredCheckpoint]:
    """The newest checkpoint where *last* is another one and at least *pace* ago."""
    head = last_checkpoint(session)
    if head is None or (last and (last.checkpoint_id == head.id or now - last.anchored_at < pace)):
        return []
    return [head]


def last_anchor(session: Session, place: str) -> Anchor | None:
    """Return what was put into *place* last."""
    return session.scalars(
        select(Anchor).where(Anchor.place == place).order_by(Anchor.id.desc()).limit(1)
    ).first()


def _is_signed(checkpoint: StoredCheckpoint, keys: Sequence[VerifierKey]) -> bool:
    try:
        open_checkpoint(checkpoint.note, keys)
    except (MalformedNote, NotSigned):
        return False
    return True
