"""How mail stands: what waits, what stands in its way, what was not sent. For doctor."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.consent.may_send import NOT_ALLOWED
from intake.mail.deliver import CLASSES
from intake.models import Lead, OutboxEntry


@dataclass(frozen=True)
class MailStanding:
    """The mail of one clinic. What may not be sent by law or by the person's will is not counted as
    not sent.
    """

    waiting: int
    problem: str | None
    """What the last attempt of a mail that still waits met."""
    not_sent: int
    reason: str | None
    """Why the last one was not sent."""


def mail_standing(session: Session, clinic: str, *, since: datetime) -> MailStanding:
    """Return what waits now, and what was ended without being sent *since* then."""
    ours = (
        select(OutboxEntry).join(Lead).where(OutboxEntry.topic.in_(CLASSES), Lead.clinic == clinic)
    )
    waiting = ours.where(OutboxEntry.delivered_at.is_(None))
    hindered = (
        waiting.where(OutboxEntry.problem.is_not(None))
        .order_by(OutboxEntry.begun_at.desc())
        .limit(1)
    )
    not_sent = ours.where(
        OutboxEntry.delivered_at > since, ~OutboxEntry.problem.startswith(NOT_ALLOWED)
    )
    last = session.scalars(
        not_sent.order_by(OutboxEntry.delivered_at.desc(), OutboxEntry.id.desc()).limit(1)
    ).first()
    met = session.scalars(hindered).first()
    return MailStanding(
        waiting=session.scalar(select(func.count()).select_from(waiting.subquery())) or 0,
        problem=met.problem if met else None,
        not_sent=session.scalar(select(func.count()).select_from(not_sent.subquery())) or 0,
        reason=last.problem if last else None,
    )
