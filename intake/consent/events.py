"""The answers of a form: what was shown, and how each request for consent was answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from intake.consent.act import ConsentAct, EventValues, Manner
from intake.consent.fold import GIVING
from intake.consent.former_agreements import Earlier, is_replaced
from intake.consent.person_consent import consent_of
from intake.models import Basis, ConsentStatement, Decision, Lead, Purpose

BOX = ("checkbox", "checkbox", "unticked")
"""Method, control and default state of a box that a person ticks: a positive act (CRTC
2012-549).
"""
SUBMITTING = ("submitting the form", "none", "none")
REPLACING = ("agreement to newer words", "none", "none")


@dataclass(frozen=True)
class ShownStatements:
    """What a form asked, and where: the statements, the page, the block that was on screen and
    since when.
    """

    statements: Sequence[ConsentStatement]
    page: str
    shown_at: datetime | None = None
    rendering_sha256: str | None = None


def answers_of_form(
    act: ConsentAct,
    asked: ShownStatements,
    agreed: Collection[Purpose],
    earlier: Earlier,
    *,
    has_address: bool,
    now: datetime,
) -> list[EventValues]:
    """Note for each statement that it was shown, and its answer: given where it was agreed to, else
    refused.

    Agreeing again to the same words as in *earlier* (`agreements_before`) renews; to newer words it
    first says that the older ones are superseded. A refusal is noted as well, so that "was asked
    and said no" differs from "was never asked". Where submitting the form is taken for agreement,
    an address makes each of them given, as implied.
    """
    notes: list[EventValues] = []
    # The clock of the machine that showed it may be ahead of ours
    shown_at = min(asked.shown_at or now, now)
    for statement in asked.statements:
        manner = manner_of(statement, asked)
        notes.append(act.note(statement, Decision.SHOWN, manner, occurred_at=shown_at))
        implied = statement.basis is Basis.IMPLIED and has_address
        if statement.purpose not in agreed and not implied:
            notes.append(act.note(statement, Decision.REFUSED, manner))
            continue
        before = earlier.get((statement.purpose, statement.channel))
        if before and before.statement and is_replaced(before, statement):
            replaced = Manner(*REPLACING, "form", "system", asked.page, before.basis)
            notes.append(act.note(before.statement, Decision.SUPERSEDED, replaced))
        renews = before is not None and before.statement_version == statement.version
        notes.append(act.note(statement, Decision.RENEWED if renews else Decision.GIVEN, manner))
    return notes


def ticked(session: Session, lead: Lead) -> set[Purpose]:
    """Return what the form of this very request agreed to by a box, as far as the person still
    agrees to it.
    """
    consent = consent_of(session, lead)
    boxes = {
        event.purpose
        for event in consent.answers
        if event.decision in GIVING and event.basis is Basis.EXPRESS and event.purpose
    }
    return boxes & consent.agreed_to


def manner_of(statement: ConsentStatement, asked: ShownStatements) -> Manner:
    """Return how a statement of a form is answered: by a box, or by submitting it."""
    method, control, default_state = SUBMITTING if statement.basis is Basis.IMPLIED else BOX
    return Manner(
        method,
        control,
        default_state,
        "form",
        "patient",
        asked.page,
        statement.basis,
        asked.rendering_sha256,
    )
