"""Anchoring: put signed checkpoints where the database's administrator cannot rewrite them, at the clinic's pace."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.db import Database
from intake.ledger.sealed import last_checkpoint
from intake.models import Anchor, Checkpoint
from intake.outbox import Progress

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(minutes=1)
FILE = "ledger_anchors.txt"

Put = Callable[[Checkpoint], None]
"""Puts a checkpoint into its place; raises when that did not work, with a sentence for people."""


@dataclass(frozen=True)
class Anchoring:
    """The worker's step: every so often, each place gets the newest checkpoint."""

    database: Database
    places: Mapping[str, Put]
    every: timedelta

    def step(self, now: datetime) -> Progress:
        """Anchor in one place. Killed in between, the same checkpoint may be put there twice, which does no harm."""
        for place, put in self.places.items():
            with self.database.reading() as session:
                checkpoint = due(session, place, self.every, now=now)
            if checkpoint is None:
                continue
            try:
                put(checkpoint)
            except Exception as problem:  # whatever stands in the way of one place must not keep back the others
                log.warning("not anchored", extra={"place": place, "reason": type(problem).__name__})
                continue
            with self.database.writing() as session:
                session.add(Anchor(checkpoint_id=checkpoint.id, place=place, anchored_at=now))
            log.info("anchored", extra={"place": place, "size": checkpoint.size})
        return Progress(not_before=now + LOOK_AGAIN)


def due(session: Session, place: str, every: timedelta, *, now: datetime) -> Checkpoint | None:
    """The newest checkpoint, where *place* has not got it and was served last at least *every* ago."""
    newest = last_checkpoint(session)
    last = session.scalars(select(Anchor).where(Anchor.place == place).order_by(Anchor.id.desc()).limit(1)).first()
    if newest is None or (last and (last.checkpoint_id == newest.id or now - last.anchored_at < every)):
        return None
    return newest


def put_into_file(folder: Path, checkpoint: Checkpoint) -> None:
    """Add the note to a file for safe keeping, a blank line between notes; copies of it belong elsewhere."""
    place = folder / FILE
    before = place.read_text("utf-8") if place.exists() else ""
    with place.open("a", encoding="utf-8") as file:
        file.write(("\n" if before else "") + checkpoint.note)


def kept_in_file(folder: Path) -> list[str]:
    """The notes of the file for safe keeping; none where there is no such file."""
    place = folder / FILE
    return notes_in(place.read_text("utf-8", errors="replace")) if place.exists() else []


def notes_in(text: str) -> list[str]:
    """The signed notes in *text*, which stand one after the other with a blank line between them.

    A note itself holds one blank line, between its text and its signatures: so they come in pairs. What is left without
    its other half is given as it is, to be found wrong.
    """
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return ["\n\n".join(parts[at : at + 2]) + "\n" for at in range(0, len(parts), 2)]
