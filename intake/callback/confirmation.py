"""What a patient is told once the request is stored: the reference, the promise, and what was
agreed to.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.choices import BEST_TIME
from intake.config import Clinic
from intake.consent.fold import GIVING
from intake.consent.token import link_token
from intake.contacts import show_phone
from intake.hours import in_words
from intake.languages import translator
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, OutboxEntry, Topic


@dataclass(frozen=True)
class Confirmation:
    """The page's values. No name and no number of the patient: an address can be seen over a
    shoulder.
    """

    language: str
    reference: str
    call_by: str
    calls_from: str
    best_time: str | None
    agreed: tuple[str, ...]
    taken: tuple[str, ...]
    """What was agreed to by sending the form: never shown as something that the person ticked."""
    refused: tuple[str, ...]
    is_not_mailed: bool
    """No email will come, although an address was given."""
    consent_token: str | None
    """Opens the receipt, and the page where consent is withdrawn."""


def confirmation_for(
    session: Session, token: str, clinic: Clinic, *, sends_mail: bool
) -> Confirmation | None:
    """Return the confirmation behind *token*, in the language in which the form was filled, or
    None.

    *sends_mail*: whether this installation has a mail server.
    """
    lead = session.scalars(
        select(Lead).where(Lead.token == token, Lead.clinic == clinic.key)
    ).first()
    if lead is None:
        return None
    answers = session.execute(
        select(ConsentEvent.decision, ConsentEvent.basis, ConsentStatement.box)
        .join(ConsentStatement, ConsentEvent.statement_id == ConsentStatement.id)
        .where(ConsentEvent.lead_id == lead.id, ConsentEvent.source == "form")
        .where(ConsentEvent.decision.in_([*GIVING, Decision.REFUSED]))
        .order_by(ConsentEvent.id)
    ).all()
    return Confirmation(
        language=lead.form_language,
        reference=lead.ref,
        call_by=in_words(lead.call_by, clinic, lead.form_language),
        calls_from=show_phone(clinic.phones.calls_from),
        best_time=translator(lead.form_language)(BEST_TIME[lead.best_time])
        if lead.best_time
        else None,
        agreed=tuple(
            box for decision, basis, box in answers if decision in GIVING and basis is Basis.EXPRESS
        ),
        taken=tuple(
            box for decision, basis, box in answers if decision in GIVING and basis is Basis.IMPLIED
        ),
        refused=tuple(box for decision, _, box in answers if decision is Decision.REFUSED),
        is_not_mailed=lead.email is not None and not (sends_mail and _is_mailed(session, lead)),
        consent_token=link_token(lead) if lead.salt else None,
    )


def _is_mailed(session: Session, lead: Lead) -> bool:
    """Return whether an acknowledgement came or may still come. Where staff look first it may: a
    machine learns nothing.
    """
    mail = select(OutboxEntry.delivered_at, OutboxEntry.problem).where(
        OutboxEntry.lead_id == lead.id, OutboxEntry.topic == Topic.ACKNOWLEDGEMENT
    )
    found = session.execute(mail.order_by(OutboxEntry.id.desc()).limit(1)).first()
    return found is None or found.delivered_at is None or found.problem is None
