"""What the same person agreed to before, so that agreeing again is recorded as what it is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead

AGREED = frozenset({Decision.GIVEN, Decision.RENEWED})
ENDED = frozenset({Decision.WITHDRAWN, Decision.INVALIDATED})


def agreement_before(session: Session, lead: Lead, statement: ConsentStatement) -> ConsentEvent | None:
    """The event by which *lead*'s person agrees to *statement*'s purpose until now, or None.

    A person is whoever asked the clinic with the same address. An empty box on a form in between ended nothing, and
    what was only implied never took the place of an express agreement.
    """
    if lead.email_hash is None:
        return None
    events = session.scalars(
        select(ConsentEvent)
        .join(Lead, ConsentEvent.lead_id == Lead.id)
        .where(
            Lead.clinic == lead.clinic,
            Lead.email_hash == lead.email_hash,
            ConsentEvent.purpose == statement.purpose,
            ConsentEvent.channel == statement.channel,
            ConsentEvent.decision.in_(AGREED | ENDED),
        )
        .order_by(ConsentEvent.id)
    )
    standing: ConsentEvent | None = None
    for event in events:
        if event.decision in ENDED:
            standing = None
        elif standing is None or event.basis is Basis.EXPRESS or standing.basis is Basis.IMPLIED:
            standing = event
    return standing


def is_replaced(before: ConsentEvent, statement: ConsentStatement) -> bool:
    """Whether agreeing to *statement* takes the place of *before*: newer words, and no weaker way of agreeing."""
    is_newer = (before.statement_version or 0) < statement.version
    return is_newer and (statement.basis is Basis.EXPRESS or before.basis is Basis.IMPLIED)
