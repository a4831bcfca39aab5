"""Restarts of the log that are recorded in it: deliberate acts, after which older checkpoints do
not fit any more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import LedgerEntry, LedgerPosition

KIND = "restart"


@dataclass(frozen=True)
class Restart:
    """One restart, as the log records it."""

    reason: str
    at: str
    position: int
    agrees_up_to: int
    """So many entries at the beginning are the ones that were signed before."""
    former_size: int
    """How many entries the log had that was given up."""


def restarts(session: Session) -> list[Restart]:
    """Return every restart that has its place in the log, the first one first."""
    rows = session.execute(
        select(LedgerEntry.canonical, LedgerPosition.position)
        .join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == KIND)
        .order_by(LedgerPosition.position)
    )
    return [found for canonical, position in rows if (found := _read(canonical, position))]


def explained(restarted: Sequence[Restart], size: int) -> Restart | None:
    """Return the restart after which a checkpoint of *size* entries does not fit the log; None
    where none explains it.
    """
    return next((one for one in restarted if one.agrees_up_to < size <= one.former_size), None)


def _read(canonical: bytes, position: int) -> Restart | None:
    """Return the restart in a record; None where it says none, which the audit of its bytes and
    kind finds wrong.
    """
    try:
        told = json.loads(canonical)
        return Restart(
            str(told["reason"]),
            str(told["at"]),
            position,
            int(told["agrees_up_to"]),
            int(told["former_size"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
