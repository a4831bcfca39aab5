"""The rule of the patient's door: take a request for a call."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from intake.callback.abuse import Manner, announce, sign_of_machine
from intake.callback.arrivals import arrivals_before, within
from intake.callback.mail_share import mail_counts, why_no_mail
from intake.callback.sameness import CallbackRequest, answers_of, meaning, submission_digest
from intake.config import Clinic
from intake.consent.events import Asked, record_answers, ticked
from intake.consent.hashes import note_hashes
from intake.consent.record import Circumstances
from intake.consent.request_record import Why, bind
from intake.consent.token import key_of, token_of
from intake.hours import call_by
from intake.limits import REQUESTS, STAMP, Counted, count, require
from intake.models import Lead
from intake.reference import new_reference

SAME_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class FormShown:
    """What the patient had before them: which form (a nonce), what it asked, in which language."""

    nonce: str
    asked: Asked
    language: str


def submit_callback(
    session: Session,
    request: CallbackRequest,
    shown: FormShown,
    *,
    clinic: Clinic,
    address_key: bytes,
    now: datetime,
    circumstances: Circumstances | None = None,
    manner: Manner | None = None,
) -> Lead:
    """Store the request, the answers on consent and the outbox entry, or find the lead that this very form made before.

    A double click or a reload sends the same nonce and the same answers and so meets the first lead. After "back" a
    browser may have fetched a new form (a POST empties its cache of that address), so the same answers within
    `SAME_WITHIN` count as the same request too. A correction made after "back" is a new request, because ignoring it
    would lose what the patient typed. What is the same is judged by `sameness`.

    By its *manner* a request may look like a machine's: it is stored and confirmed, and waits for staff to look at it.
    Without a *manner* limits are lifted, except that of mails to one address. Raises `AskedTooOften`.
    """
    answers = meaning(request, address_key)
    submission = submission_digest(shown.nonce, answers)
    lead = _made_before(session, submission) or _asked_just_now(session, answers, address_key, clinic, now)
    if lead:
        return lead
    lead = _lead(request, shown, submission, _free_reference(session), clinic, now)
    note_hashes(lead, address_key)
    no_mail = _look_at(session, lead, shown, manner, circumstances, address_key, now=now)
    try:
        with session.begin_nested():
            bind(session, lead, Why.RECEIVED, now=now)  # goes with the lead where another was first
            session.add(lead)
    except IntegrityError:
        # The other half of a double click committed between our look and our insert. Any other clash is an error.
        first = _made_before(session, submission)
        if first is None:
            raise
        return first
    record_answers(session, lead, shown.asked, request.agreed_to, now=now, circumstances=circumstances)
    if lead.held_for is None:
        announce(session, lead, now=now, no_mail=no_mail)
    return lead


def _look_at(
    session: Session,
    lead: Lead,
    shown: FormShown,
    manner: Manner | None,
    circumstances: Circumstances | None,
    secret: bytes,
    *,
    now: datetime,
) -> str:
    """Count the request, hold it back where it looks like a machine's, and return why it gets no mail, if it does not.

    A repeat of a request that was made before is not counted: it comes no further than to that request.
    """
    network = circumstances.network if circumstances else ""
    counted = []
    if manner:
        counted += [Counted.of(REQUESTS, secret, network)] if network else []
        counted += [Counted.of(STAMP, secret, shown.nonce)]
    if lead.email_hash:
        counted += mail_counts(secret, lead.email_hash, network, shown.nonce)
    if not counted:
        return ""
    counts = count(session, counted, now=now)
    require(counts, REQUESTS, STAMP)
    before = arrivals_before(session, lead.clinic, lead.phone, lead.email_hash, now=now)
    if manner:
        lead.held_for = sign_of_machine(manner, before, now=now)
    return why_no_mail(counts, before.mails) if lead.email_hash else ""


def _made_before(session: Session, submission: bytes) -> Lead | None:
    return session.scalars(select(Lead).where(Lead.submission == submission)).first()


def _asked_just_now(
    session: Session, answers: dict[str, str], address_key: bytes, clinic: Clinic, now: datetime
) -> Lead | None:
    recent = session.scalars(
        select(Lead)
        .where(Lead.clinic == clinic.key, Lead.phone == answers["phone"], within(Lead.received_at, SAME_WITHIN, now))
        .order_by(Lead.id.desc())
        .limit(10)
    )
    return next(
        (lead for lead in recent if meaning(answers_of(lead, ticked(session, lead)), address_key) == answers), None
    )


def _free_reference(session: Session) -> str:
    ref = new_reference()
    while session.scalar(select(Lead.id).where(Lead.ref == ref)) is not None:
        ref = new_reference()
    return ref


def _lead(
    request: CallbackRequest, shown: FormShown, submission: bytes, ref: str, clinic: Clinic, now: datetime
) -> Lead:
    salt = secrets.token_bytes(32)
    return Lead(
        clinic=clinic.key, ref=ref, token=secrets.token_urlsafe(32), submission=submission,
        received_at=now, call_by=call_by(clinic, now), form_language=shown.language,
        name=request.name, phone=request.phone.e164, phone_extension=request.phone.extension,
        phone_typed=request.phone.typed, email=request.email, consult_with=request.consult_with,
        consult_by=request.consult_by, best_time=request.best_time, call_language=request.call_language,
        voicemail_ok=request.voicemail_ok, services=list(request.services), body_areas=list(request.body_areas),
        what_hurts=request.what_hurts, salt=salt, consent_key=key_of(token_of(salt)),
    )  # fmt: skip
