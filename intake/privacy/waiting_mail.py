"""Mail that was ordered and not sent yet: ended, where it must not go out any more."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from intake.models import Lead, OutboxEntry, Topic

EMAILS = [topic for topic in Topic if topic.is_email]


def stop_mail(session: Session, lead: Lead, *, now: datetime, why: str) -> int:
    """End what waits for *lead* as not sent; returns how many mails.

    One that a worker holds may be on its way to the mail server at this moment: nobody can call it
    back.
    """
    session.flush()
    ended = session.execute(
        update(OutboxEntry)
        .where(
            OutboxEntry.lead_id == lead.id,
            OutboxEntry.topic.in_(EMAILS),
            OutboxEntry.delivered_at.is_(None),
        )
        .values(delivered_at=now, problem=why)
        .returning(OutboxEntry.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
