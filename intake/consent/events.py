"""The answers of a form: what was shown, and how each request for consent was answered. Only ever appended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.earlier import agreements_before, is_replaced
from intake.consent.fold import GIVING
from intake.consent.record import Circumstances, Manner, record
from intake.consent.state import standings
from intake.consent.suppression import lift
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, Purpose

BOX = ("checkbox", "checkbox", "unticked")
"""Method, control and default state of a box that a person ticks: a positive act (CRTC 2012-549)."""
SUBMITTING = ("submitting the form", "none", "none")
REPLACING = ("agreement to newer words", "none", "none")


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

    Agreeing again to the same words renews; to newer words it first says that the older ones are superseded.

    A refusal is recorded as well, so that "was asked and said no" differs from "was never asked". Where submitting the
    form is taken for agreement, an address makes each of them given, as implied.
    """
    events: list[ConsentEvent] = []
    note = partial(record, session, lead, now=now, circumstances=circumstances)
    shown_at = min(asked.shown_at or now, now)  # the clock of the machine that showed it may be ahead of ours
    earlier = agreements_before(session, lead)
    for statement in asked.statements:
        manner = manner_of(statement, asked)
        events.append(note(statement, Decision.SHOWN, manner, occurred_at=shown_at))
        implied = statement.basis is Basis.IMPLIED and lead.email is not None
        if statement.purpose not in agreed and not implied:
            events.append(note(statement, Decision.REFUSED, manner))
            continue
        before = earlier.get((statement.purpose, statement.channel))
        if before and before.statement and is_replaced(before, statement):
            replaced = Manner(*REPLACING, "form", "system", asked.page, before.basis)
            events.append(note(before.statement, Decision.SUPERSEDED, replaced))
        renews = before is not None and before.statement_version == statement.version
        events.append(note(statement, Decision.RENEWED if renews else Decision.GIVEN, manner))
    lift(session, lead, {s.purpose for s in asked.statements if s.purpose in agreed}, now=now)
    return events


def ticked(session: Session, lead: Lead) -> set[Purpose]:
    """What the form of this very request agreed to by a box, as far as the person still agrees to it."""
    boxes = session.execute(
        select(ConsentEvent.purpose, ConsentEvent.channel)
        .where(ConsentEvent.lead_id == lead.id, ConsentEvent.source == "form", ConsentEvent.basis == Basis.EXPRESS)
        .where(ConsentEvent.decision.in_(GIVING))
    )
    stands = standings(session, lead)
    return {key[0] for key in stands.keys() & {(purpose, channel) for purpose, channel in boxes}
            if stands[key].is_given}  # fmt: skip


def manner_of(statement: ConsentStatement, asked: Asked) -> Manner:
    """How a statement of a form is answered: by a box, or by submitting it."""
    method, control, default_state = SUBMITTING if statement.basis is Basis.IMPLIED else BOX
    return Manner(
        method, control, default_state, "form", "patient", asked.page, statement.basis, asked.rendering_sha256
    )
