"""A submission as the rows that it will be, worked out before any lock is taken: while one writes,
others wait.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.callback.abuse import FormBehaviour
from intake.callback.mail_share import mail_counts
from intake.callback.sameness import CallbackRequest, meaning, submission_digest
from intake.config import Clinic
from intake.consent.act import Circumstances, ConsentAct
from intake.consent.events import ShownStatements, answers_of_form
from intake.consent.former_agreements import Earlier
from intake.consent.hashes import hashes_of
from intake.consent.request_record import KIND, RecordReason, record_with_answers
from intake.consent.token import key_of, token_of
from intake.contacts import folded
from intake.hours import call_by
from intake.ledger import Commitments, entry_row
from intake.limits import REQUESTS, STAMP, LimitKey
from intake.reference import new_reference


@dataclass(frozen=True)
class ShownForm:
    """What the patient had before them: which form (a nonce), what it asked, in which language."""

    nonce: str
    asked: ShownStatements
    language: str


@dataclass(frozen=True)
class Submission:
    """A validated form as it came in.

    Without a *manner* it is not looked at for signs of a machine, and no limit but that of mails to
    one address holds.
    """

    request: CallbackRequest
    shown: ShownForm
    now: datetime
    circumstances: Circumstances | None = None
    manner: FormBehaviour | None = None

    @property
    def network(self) -> str:
        """The coarse network it came from; "" where that is not known."""
        return self.circumstances.network if self.circumstances else ""


@dataclass
class NewLead:
    """The columns of a lead that is not in the database yet (`models.Lead`)."""

    clinic: str
    ref: str
    token: str
    submission: bytes
    received_at: datetime
    call_by: datetime
    form_language: str
    name: str
    name_folded: str
    phone: str
    phone_extension: str
    phone_typed: str
    email: str | None
    email_hash: str | None
    email_hash_former: str | None
    consult_with: str | None
    consult_by: str | None
    best_time: str | None
    call_language: str
    voicemail_ok: bool
    services: list[str]
    body_areas: list[str]
    what_hurts: str | None
    salt: bytes
    consent_key: bytes
    bound_leaf: bytes | None = None
    hold_reason: str | None = None


@dataclass
class Draft:
    """The rows of one submission."""

    submission: Submission
    answers: dict[str, str]
    """The answers in canonical form (`sameness`)."""
    lead: NewLead
    counted: list[LimitKey]
    entry: dict[str, Any]
    """The record in the ledger, which binds the request and the answers on consent."""
    events: list[dict[str, Any]]
    """The answers on consent, without the lead."""
    values: dict[str, str]
    """The personal values that the answers are bound to."""


def draft(
    submission: Submission, *, clinic: Clinic, address_key: bytes, earlier: Earlier | None = None
) -> Draft:
    """Work out the rows of *submission*, with a reference and secrets of its own.

    *earlier* is what the person agreed to before.
    """
    now, shown = submission.now, submission.shown
    answers = meaning(submission.request, address_key)
    lead = _lead(submission, submission_digest(shown.nonce, answers), clinic, address_key)
    commitments = Commitments(lead.salt)
    act = ConsentAct(lead, now=now, circumstances=submission.circumstances, commitments=commitments)
    notes = answers_of_form(
        act,
        shown.asked,
        submission.request.agreed_to,
        earlier or {},
        has_address=lead.email is not None,
        now=now,
    )
    record = record_with_answers(
        lead, RecordReason.RECEIVED, act, notes, now=now, commitments=commitments
    )
    entry = entry_row(KIND, record, now=now)
    lead.bound_leaf = leaf = entry["leaf"]
    events = [{**note.row, "leaf": leaf} for note in notes]
    return Draft(
        submission,
        answers,
        lead,
        _counted(submission, lead.email_hash, address_key),
        entry,
        events,
        act.values,
    )


def _counted(submission: Submission, email_hash: str | None, secret: bytes) -> list[LimitKey]:
    network, nonce = submission.network, submission.shown.nonce
    counted = []
    if submission.manner:
        counted += [LimitKey.of(REQUESTS, secret, network)] if network else []
        counted += [LimitKey.of(STAMP, secret, nonce)]
    if email_hash:
        counted += mail_counts(secret, email_hash, network, nonce)
    return counted


def _lead(submission: Submission, digest: bytes, clinic: Clinic, address_key: bytes) -> NewLead:
    request, salt = submission.request, secrets.token_bytes(32)
    email_hash, email_hash_former = hashes_of(address_key, request.email)
    return NewLead(
        clinic=clinic.key,
        ref=new_reference(),
        token=secrets.token_urlsafe(32),
        submission=digest,
        received_at=submission.now,
        call_by=call_by(clinic, submission.now),
        form_language=submission.shown.language,
        name=request.name,
        name_folded=folded(request.name),
        phone=request.phone.e164,
        phone_extension=request.phone.extension,
        phone_typed=request.phone.typed,
        email=request.email,
        email_hash=email_hash,
        email_hash_former=email_hash_former,
        consult_with=request.consult_with,
        consult_by=request.consult_by,
        best_time=request.best_time,
        call_language=request.call_language,
        voicemail_ok=request.voicemail_ok,
        services=list(request.services),
        body_areas=list(request.body_areas),
        what_hurts=request.what_hurts,
        salt=salt,
        consent_key=key_of(token_of(salt)),
    )
