"""A request that the database has lost, taken up from its row in the sheet, so that somebody calls.

It has what the row says and agrees to nothing: what was agreed to is lost with its evidence.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.choices import BEST_TIME, BODY_AREAS, CONSULT_BY, NOT_SURE, NOT_SURE_WORDS
from intake.config import Clinic, Offer
from intake.consent.hashes import note_hashes
from intake.consent.token import key_of, token_of
from intake.contacts import NotAnEmail, parse_email, parse_phone
from intake.hours import call_by
from intake.models import Lead, QueueRow, Status
from intake.sheet.queue.cells import DAY, EPOCH
from intake.sheet.queue.derived_values import measure
from intake.sheet.queue.reading import SeenRow
from intake.sheet.queue.rows import LANGUAGES
from intake.sheet.queue.staff_words import LATEST, words_from
from intake.sheet.queue.statuses import parse_status

LONGEST_KEY = 31
"""Characters of a key in the database; words that are no key are kept where they fit."""


def stub(row: SeenRow, clinic: Clinic, *, address_key: bytes, now: datetime) -> Lead:
    """Return the lead of *row*, with the reference that it has there. Raises `NotAPhone` where
    nobody could be called.
    """
    say = {key: str(value).strip() for key, value in row.values.items()}
    phone, salt = parse_phone(say.get("phone", "")), secrets.token_bytes(32)
    received = _moment(row.values.get("received"), clinic) or now
    language = _key(LANGUAGES, say.get("language", "")) or "en"
    email = _email(say.get("email", ""))
    lead = Lead(
        clinic=clinic.key,
        ref=row.ref,
        token=secrets.token_urlsafe(32),
        submission=secrets.token_bytes(32),
        received_at=received,
        call_by=_moment(row.values.get("call_by"), clinic) or call_by(clinic, received),
        form_language=language,
        name=say.get("name", "")[:200],
        phone=phone.e164,
        phone_extension=phone.extension,
        phone_typed=phone.typed[:60],
        email=email,
        consult_with=_offered(say.get("consult_with", ""), clinic.practitioners),
        consult_by=_key(CONSULT_BY, say.get("consult_by", "")),
        best_time=_key(BEST_TIME, say.get("best_time", "")),
        call_language=language,
        voicemail_ok=say.get("voicemail_ok") == "Yes",
        services=[
            key for word in _listed(say, "services") if (key := _offered(word, clinic.services))
        ],
        body_areas=[_key(BODY_AREAS, word) or word for word in _listed(say, "body_areas")],
        what_hurts=say.get("what_hurts") or None,
        salt=salt,
        consent_key=key_of(token_of(salt)),
    )
    if email:
        note_hashes(lead, address_key)
    return lead


def queue_row_of(lead: Lead, row: SeenRow, clinic: Clinic, *, tab: int, now: datetime) -> QueueRow:
    """Return what the database notes of the row that stands there, with what staff wrote in it."""
    words = words_from(row.values)
    said = words.status or Status.NEW.value
    made = QueueRow(
        lead_id=lead.id,
        tab=tab,
        status=parse_status(said) or Status.NEW,
        status_at=now,
        sheet_status=said,
        assigned_to=words.assigned_to or "",
        last_called=words.last_called or "",
        follow_up_on=words.follow_up_on or "",
        notes=words.notes or "",
    )
    measure(made, lead.received_at, clinic)
    return made


def _moment(serial: Any, clinic: Clinic) -> datetime | None:
    """Return the instant of a cell, which says it on the clinic's wall clock."""
    if not isinstance(serial, int | float) or isinstance(serial, bool) or not 1 <= serial < LATEST:
        return None
    wall = EPOCH + timedelta(seconds=round(serial * DAY))
    return wall.replace(tzinfo=clinic.time_zone).astimezone(UTC)


def _email(said: str) -> str | None:
    try:
        return parse_email(said) if said else None
    except NotAnEmail:
        return None


def _key(words: Mapping[str, str], said: str) -> str | None:
    return next((key for key, word in words.items() if word == said), None)


def _offered(said: str, offers: Iterable[Offer]) -> str | None:
    names = {offer.key: offer.en for offer in offers} | {NOT_SURE: NOT_SURE_WORDS}
    return _key(names, said) or (said[:LONGEST_KEY] or None)


def _listed(say: Mapping[str, str], column: str) -> list[str]:
    return [word for word in say.get(column, "").split(", ") if word]
