"""The receipt of a request: what was agreed to and refused, in which words, under which record, and
what stands now.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake.consent.fold import GIVING, ConsentState
from intake.consent.person_consent import PersonConsent
from intake.consent.token import key_of, link_token, token_of
from intake.models import Basis, Channel, ConsentEvent, ConsentStatement, Decision, Purpose

SUBJECT = "receipt-subject"


@dataclass(frozen=True)
class Answered:
    """One answer of the form, with the words as they were shown."""

    purpose: Purpose
    channel: Channel
    decision: Decision
    """GIVEN or REFUSED. Whether it was a renewal is not told: whoever types a stranger's address
    would learn of it.
    """
    basis: Basis
    words: str
    """Beside the box."""
    hint: str
    notice: str
    statement_version: int
    statement_sha256: str
    language: str
    at: datetime
    method: str
    default_state: str
    leaf: str
    """The hash of its record in the ledger, in hex."""
    event: str
    """The record's own id, a UUID."""
    standing: ConsentState | None
    """What stands now: as answered, or withdrawn, or agreed to again; None when nothing does any
    more.
    """


@dataclass(frozen=True)
class Receipt:
    """What the person holds: nothing in it tells who they are (ISO/IEC TS 27560 advises a
    pseudonym).
    """

    id: UUID
    subject: str
    """A pseudonym for the person, made for this request."""
    reference: str
    language: str
    made_at: datetime
    answers: tuple[Answered, ...]
    token: str
    """Opens the page where consent is looked at and withdrawn."""


def receipt_of(consent: PersonConsent) -> Receipt:
    """Return the receipt of a request, whose person was not erased: with the salt its token and its
    receipt are gone.
    """
    lead, stands = consent.lead, consent.stands_as_seen
    if lead.salt is None:
        raise ValueError("an erased request has no receipt")
    token = link_token(lead)
    return Receipt(
        id=UUID(bytes=key_of(token)[:16], version=4),
        subject=token_of(lead.salt, SUBJECT)[:32],
        reference=lead.ref,
        language=lead.form_language,
        made_at=lead.received_at,
        answers=tuple(
            _answered(
                event,
                event.statement,
                stands.get((event.statement.purpose, event.statement.channel)),
            )
            for event in consent.answers
            if event.statement
        ),
        token=token,
    )


def _answered(
    event: ConsentEvent, statement: ConsentStatement, standing: ConsentState | None
) -> Answered:
    decision = Decision.GIVEN if event.decision in GIVING else event.decision
    return Answered(
        purpose=statement.purpose,
        channel=statement.channel,
        decision=decision,
        basis=event.basis,
        words=statement.box,
        hint=statement.hint,
        notice=statement.notice,
        statement_version=statement.version,
        statement_sha256=statement.sha256,
        language=statement.language,
        at=event.occurred_at,
        method=event.method,
        default_state=event.default_state,
        leaf=event.leaf.hex(),
        event=event.uid,
        standing=standing,
    )
