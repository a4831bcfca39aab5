"""Correct what a person said of themselves (PHIPA s. 55), and keep what stood there, by whom and
why.

Consent events keep what was entered when they were made: they are evidence of that moment. A new
email address takes over no agreement and no confirmation (`consent.leave`). The row in the sheet
follows when it is read back, as for any cell that differs from the database.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.change_address import change_address
from intake.consent.request_record import RecordReason, bind
from intake.contacts import NotAnEmail, NotAPhone, is_name, parse_email, parse_phone
from intake.languages import LANGUAGES
from intake.models import Act, Correction, Lead
from intake.privacy.find import NotDone
from intake.privacy.waiting_mail import stop_mail
from intake.staff.access_log import note
from intake.staff.actor import Actor
from intake.unseen import visible

FIELDS: Mapping[str, str] = {
    "name": "Full name",
    "phone": "Phone number",
    "email": "Email address",
    "call_language": "Language of the call",
    "voicemail_ok": "Voicemail allowed",
    "what_hurts": "What hurts",
}
YES, NO = "yes", "no"
LONGEST = {"name": 200, "what_hurts": 500}


def value_of(lead: Lead, field: str) -> str:
    """Return what stands in *field*, as staff type it."""
    if field == "phone":
        return f"{lead.phone} ext. {lead.phone_extension}" if lead.phone_extension else lead.phone
    if field == "voicemail_ok":
        return YES if lead.voicemail_ok else NO
    return str(getattr(lead, field) or "")


def correct(
    session: Session,
    lead: Lead,
    field: str,
    typed: str,
    who: Actor,
    *,
    reason: str,
    address_key: bytes,
    endpoint: str,
    now: datetime,
) -> Correction:
    """Put what was *typed* into *field* of *lead*, for *reason*. Raises `NotDone`, which says what
    to type.
    """
    _hold(session, lead)
    before = value_of(lead, field)
    after = _read(field, typed.strip())
    if not reason.strip():
        raise NotDone("Say why it is corrected, and who asked for it.")
    if after == before:
        raise NotDone(f"{FIELDS[field]} says so already.")
    if field == "email":
        stop_mail(session, lead, now=now, why="The address was corrected.")
        change_address(
            session, lead, after or None, address_key=address_key, now=now, reason=reason.strip()
        )
    else:
        _put(lead, field, after)
    bind(session, lead, RecordReason.CORRECTED, now=now)
    correction = Correction(
        lead_id=lead.id,
        at=now,
        by=who.called,
        field=field,
        before=before,
        after=after,
        reason=reason.strip(),
    )
    session.add(correction)
    note(
        session,
        who,
        Act.CORRECTED,
        FIELDS[field].lower(),
        [lead],
        clinic=lead.clinic,
        endpoint=endpoint,
        now=now,
        reason=reason.strip(),
    )
    return correction


def _hold(session: Session, lead: Lead) -> None:
    """Correct one after the other: of two at the same moment the later one must know what the first
    one put there.
    """
    session.execute(select(Lead.id).where(Lead.id == lead.id).with_for_update())
    session.refresh(lead)


def corrections_of(session: Session, lead: Lead) -> Sequence[Correction]:
    """Return what was corrected, oldest first."""
    return session.scalars(
        select(Correction).where(Correction.lead_id == lead.id).order_by(Correction.id)
    ).all()


def _put(lead: Lead, field: str, value: str) -> None:
    if field == "phone":
        phone = parse_phone(value)
        lead.phone, lead.phone_extension, lead.phone_typed = phone.e164, phone.extension, value
    elif field == "voicemail_ok":
        lead.voicemail_ok = value == YES
    else:
        setattr(lead, field, value or (None if field == "what_hurts" else ""))


def _read(field: str, typed: str) -> str:
    """*typed* in canonical form. Raises `NotDone`."""
    if field not in FIELDS:
        raise NotDone("Select what is to be corrected.")
    longest = LONGEST.get(field)
    if longest and len(typed) > longest:
        raise NotDone(f"Shorten this to {longest} characters or fewer.")
    read = READ.get(field)
    return read(typed) if read else typed


def _name(typed: str) -> str:
    if not is_name(typed):
        raise NotDone("Enter the full name.")
    return " ".join(visible(typed).split())


def _phone(typed: str) -> str:
    try:
        phone = parse_phone(typed)
    except NotAPhone as error:
        raise NotDone(f"{error}.") from None
    return f"{phone.e164} ext. {phone.extension}" if phone.extension else phone.e164


def _email(typed: str) -> str:
    try:
        return parse_email(typed) if typed else ""
    except NotAnEmail:
        raise NotDone(
            "Enter an email address like name@example.com, or nothing to remove it."
        ) from None


def _language(typed: str) -> str:
    if typed not in LANGUAGES:
        raise NotDone(f"Enter one of {', '.join(LANGUAGES)}.")
    return typed


def _yes_or_no(typed: str) -> str:
    if typed.lower() not in {YES, NO}:
        raise NotDone("Enter yes or no.")
    return typed.lower()


READ: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "phone": _phone,
    "email": _email,
    "call_language": _language,
    "voicemail_ok": _yes_or_no,
}
