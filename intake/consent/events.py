"""The answers of a form: what was shown, and how each request for consent was answered. Only ever appended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.fold import GIVING
from intake.consent.record import Circumstances, Manner, record
from intake.consent.suppression import lift
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, Purpose

BOX = ("checkbox", "checkbox", "unticked")
"""Method, control and default state of a box that a person ticks: a positive act (CRTC 2012-549)."""
SUBMITTING = ("submitting the form", "none", "none")


@dataclass(frozen=True)
class Asked:
    """What a form asked, and where: the statements, the page, the block that was on screen and since when."""

    statements: Sequence[ConsentStatement]
    page: str
    shown_at: datetime | None = None
    rendering_sha256: str | None = None


def record_answers(
    session: Session,
    lead: Lead,
    asked: Asked,
    agreed: Collection[Purpose],
    *,
    now: datetime,
    circumstances: Circumstances | None = None,
) -> list[ConsentEvent]:
    """Append for each statement that it was shown, and its answer: given where it was agreed to, else refused.

    A refusal is recorded as well, so that "was asked and said no" differs from "was never asked". Where submitting the
    form is taken for agreement, an address makes each of them given, as implied.
    """
    events: list[ConsentEvent] = []
    for statement in asked.statements:
        manner = _manner(statement, asked)
        implied = statement.basis is Basis.IMPLIED and lead.email is not None
        given = statement.purpose in agreed or implied
        shown_at = asked.shown_at or now
        events += [
            record(session, lead, statement, Decision.SHOWN, manner, now=now, occurred_at=min(shown_at, now),
                   circumstances=circumstances),
            record(session, lead, statement, Decision.GIVEN if given else Decision.REFUSED, manner, now=now,
                   circumstances=circumstances),
        ]  # fmt: skip
    lift(session, lead, {s.purpose for s in asked.statements if s.purpose in agreed}, now=now)
    return events


def purposes_agreed_to(session: Session, lead_id: int) -> set[Purpose]:
    """What this very form agreed to; whether it still stands is for `consent.state` to say."""
    given = (ConsentEvent.lead_id == lead_id, ConsentEvent.decision.in_(GIVING), ConsentEvent.source == "form")
    return {purpose for purpose in session.scalars(select(ConsentEvent.purpose).where(*given)) if purpose}


def _manner(statement: ConsentStatement, asked: Asked) -> Manner:
    method, control, default_state = SUBMITTING if statement.basis is Basis.IMPLIED else BOX
    return Manner(
        method, control, default_state, "form", "patient", asked.page, statement.basis, asked.rendering_sha256
    )
