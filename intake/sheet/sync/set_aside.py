"""A row that Google refuses on its own is set aside, so that it keeps nobody else waiting; it is
tried again later.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from intake.models import Batch, Lead, OutboxEntry
from intake.outbox import LONGEST_AHEAD, entries_of, settle
from intake.sheet.errors import SheetError

SHORTEST = 3
"""Letters of a word that would give a person away; shorter ones stand in every sentence."""
FIRST_REST, LONGEST_REST = timedelta(minutes=1), LONGEST_AHEAD - timedelta(minutes=1)


def set_aside(session: Session, batch: Batch, error: SheetError, *, now: datetime) -> None:
    """End a *batch* whose mark is used up, and let its entries wait for another, longer each
    time.
    """
    entries = entries_of(session, batch.id)
    for entry in entries:
        entry.batch_id, entry.begun_at, entry.attempts = (
            None,
            entry.begun_at or now,
            entry.attempts + 1,
        )
        entry.due_at = now + min(FIRST_REST * (1 << min(entry.attempts - 1, 10)), LONGEST_REST)
        entry.problem = _sentence(session, entry, error)
    session.flush()
    settle(session, batch.id, now=now)


def in_googles_words(error: SheetError, sent: Iterable[str] = ()) -> str:
    """Return the error's sentence with what Google said itself, unless that quotes something that
    was *sent*.
    """
    said = error.said.casefold()
    quotes = any(
        word in said for text in sent for word in text.casefold().split() if len(word) >= SHORTEST
    )
    return str(error) if not said or quotes else f"{error} Google says: “{error.said}”"


def _sentence(session: Session, entry: OutboxEntry, error: SheetError) -> str:
    lead = session.get_one(Lead, entry.lead_id)
    sent = (lead.name, lead.phone, lead.phone_typed, lead.email or "", lead.what_hurts or "")
    words = in_googles_words(error, sent)
    return (
        f"The row of {lead.ref} cannot be written, the others are; it stands in “intake queue "
        f"list”. {words}"
    )
