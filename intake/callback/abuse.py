"""What looks like a machine's: kept and confirmed like any request, but shown to staff before it
enters the queue.

Nothing is dropped in silence and nobody solves a puzzle: a real patient who is taken for a machine
is found again by the front desk (`release`). Each sign is weak by itself, so each is told as the
reason.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from intake.callback.earlier_requests import BURST, EarlierRequests
from intake.models import Lead, OutboxEntry, Topic

FASTEST = timedelta(seconds=2)
"""Sooner after the form was shown than anybody fills it in, a browser's autofill included."""
MOST_PER_NUMBER = 5
"""Requests for one phone number within a day, before the next one is looked at."""


class Sign(StrEnum):
    """Why a request was held back."""

    TRAP = "trap"
    """A field was filled in that people do not see."""
    HASTE = "haste"
    NUMBER = "number"
    """Many requests for one number: somebody else may be meant to be rung all day."""
    BURST = BURST
    """Many requests at once, from however many networks: those that are real are found again by the
    front desk.
    """


WORDS = {
    Sign.TRAP: "filled in a field that people do not see",
    Sign.HASTE: "sent within two seconds",
    Sign.NUMBER: "more than five requests for this number within a day",
    Sign.BURST: "came in a burst: more requests within an hour than on a usual day",
}


@dataclass(frozen=True)
class FormBehaviour:
    """How a form came: what stood in the trap, and since when it had been on screen."""

    trap: str
    shown_at: datetime | None


def sign_of_machine(
    manner: FormBehaviour, before: EarlierRequests, *, now: datetime
) -> Sign | None:
    """Return what speaks for a machine, most telling first; None for what a person would do."""
    if manner.trap:
        return Sign.TRAP
    if manner.shown_at and timedelta() <= now - manner.shown_at < FASTEST:
        return Sign.HASTE
    if before.for_number >= MOST_PER_NUMBER:
        return Sign.NUMBER
    return Sign.BURST if before.is_burst else None


def held_requests(session: Session, clinic: str, *, limit: int = 100) -> list[Lead]:
    """Return what waits for somebody to look at it, oldest first."""
    return list(session.scalars(_held(clinic).order_by(Lead.id).limit(limit)))


def held_request(session: Session, clinic: str, ref: str) -> Lead | None:
    """Return the held request of this reference."""
    return session.scalars(_held(clinic).where(Lead.ref == ref)).first()


def count_held(session: Session, clinic: str) -> int:
    """Return how many of the clinic's requests are held back."""
    return session.scalar(_held(clinic).with_only_columns(func.count())) or 0


def count_held_in_bursts(session: Session, clinic: str) -> int:
    """Return how many of them came in a burst: among those are patients who came at the same time
    as a machine.
    """
    return (
        session.scalar(
            _held(clinic).where(Lead.hold_reason == Sign.BURST).with_only_columns(func.count())
        )
        or 0
    )


def release(session: Session, lead: Lead, *, now: datetime) -> bool:
    """Put a request that was held back into the queue after all; False when it is there already."""
    if lead.hold_reason is None:
        return False
    lead.hold_reason = None
    announce(session, lead, now=now)
    return True


def announce(session: Session, lead: Lead, *, now: datetime) -> None:
    """Have the request put into the queue, and acknowledged where there is an address."""
    session.add_all(OutboxEntry(**row) for row in announcement(lead.id, lead.email, now=now))


def announcement(
    lead_id: int, email: str | None, *, now: datetime, no_mail: str = ""
) -> list[dict[str, Any]]:
    """Return the columns of the outbox entries by which a request is announced.

    Where *no_mail* says why it is not acknowledged, the mail counts as not sent for that reason
    from the beginning.
    """
    entry = {
        "lead_id": lead_id,
        "asked_at": now,
        "due_at": now,
        "delivered_at": None,
        "problem": None,
    }
    entries = [entry | {"topic": Topic.QUEUE_ROW}]
    if email:
        ended = {"delivered_at": now, "problem": no_mail} if no_mail else {}
        entries.append(entry | {"topic": Topic.ACKNOWLEDGEMENT} | ended)
    return entries


def _held(clinic: str) -> Select[Lead]:
    shown = Lead.erased_at.is_(None), Lead.restricted_at.is_(None)
    return select(Lead).where(Lead.clinic == clinic, Lead.hold_reason.is_not(None), *shown)
