"""The ledger at a glance: how long it is, of what, what waits, the last checkpoint, and where
others are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from intake.counted import counted
from intake.ledger.sealed import last_checkpoint
from intake.models import Anchor, LedgerEntry, LedgerPosition, StoredCheckpoint

SHOWN = 20
KINDS = {
    "consent": "Consent events",
    "statement": "Published words",
    "rendering": "Looks of the form",
    "access": "Accesses of staff",
    "key": "Changes of the signing key",
    "request": "Requests with their answers",
    "account": "Accounts of staff",
    "checkpoint": "Signed checkpoints",
    "restart": "Restarts of the ledger",
}


@dataclass(frozen=True)
class LogStatus:
    """What the page shows."""

    size: int
    """Sealed entries."""
    waiting: int
    kinds: Sequence[tuple[str, int]]
    head: StoredCheckpoint | None
    age: str
    """How long ago that was signed, in words."""
    anchors: Sequence[Anchor]


def standing(session: Session, *, now: datetime) -> LogStatus:
    """Return the ledger as it stands."""
    rows = session.execute(select(LedgerEntry.kind, func.count()).group_by(LedgerEntry.kind))
    kinds = sorted(
        ((KINDS.get(kind, kind.capitalize()), number) for kind, number in rows),
        key=lambda one: -one[1],
    )
    size = session.scalar(select(func.count()).select_from(LedgerPosition)) or 0
    head = last_checkpoint(session)
    anchors = session.scalars(
        select(Anchor)
        .options(joinedload(Anchor.checkpoint))
        .order_by(Anchor.id.desc())
        .limit(SHOWN)
    ).all()
    waiting = sum(number for _, number in kinds) - size
    return LogStatus(
        size, waiting, kinds, head, _long(now - head.signed_at) if head else "", anchors
    )


def _long(time: timedelta) -> str:
    """Return the largest unit alone: whether it is minutes or days tells whether the relay
    works.
    """
    for unit, one in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if time >= one:
            return counted(time // one, unit)
    return counted(max(time, timedelta()) // timedelta(minutes=1), "minute")
