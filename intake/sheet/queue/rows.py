"""The queue row of a lead: what the front desk sees, composed when it is delivered."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from intake.choices import BEST_TIME, BODY_AREAS, CONSULT_BY, NOT_SURE, NOT_SURE_WORDS
from intake.config import Clinic, Offer
from intake.consent.fold import Standings
from intake.models import Basis, Decision, Lead, Purpose, Status

LANGUAGES = {"en": "English", "fr": "French"}
CONSENT = {Purpose.REMINDERS: "Reminders", Purpose.CARE: "Care plans", Purpose.NEWS: "News"}

Row = Mapping[str, str | datetime]
"""Column key → what stands there: text, or a time on the clinic's wall clock. A key left out is an
empty cell.
"""


def queue_row(
    lead: Lead,
    standings: Standings,
    clinic: Clinic,
    *,
    alert: str = "",
    staff: Mapping[str, str | datetime] | None = None,
) -> Row:
    """Return the row for *lead*. The staff's columns are written once, with the row; from then on
    they are theirs.

    A new row has the status New and nothing else there; one that is restored has the words of
    *staff*.
    """
    row: dict[str, str | datetime | None] = {
        **identity(lead, clinic),
        "call_by": lead.call_by.astimezone(clinic.time_zone),
        "consult_with": _offer(lead.consult_with, clinic.practitioners),
        "consult_by": CONSULT_BY.get(lead.consult_by or ""),
        "best_time": BEST_TIME.get(lead.best_time or ""),
        "language": LANGUAGES[lead.call_language],
        "voicemail_ok": "Yes" if lead.voicemail_ok else "No",
        "email_consent": consent_words(standings),
        "alert": alert,
        **({"status": Status.NEW} if staff is None else staff),
        "email": lead.email,
        "services": ", ".join(_offer(key, clinic.services) for key in lead.services),
        "body_areas": ", ".join(BODY_AREAS.get(key, key) for key in lead.body_areas),
        "what_hurts": lead.what_hurts,
    }
    return {key: value for key, value in row.items() if value}


def identity(lead: Lead, clinic: Clinic) -> Row:
    """Return what tells whose row it is (`sheet.queue.identity`); of a person who was erased, the
    reference alone.
    """
    if lead.erased_at:
        return {"ref": lead.ref}
    return {
        "ref": lead.ref,
        "received": lead.received_at.astimezone(clinic.time_zone),
        "name": lead.name,
        "phone": f"{lead.phone} ext. {lead.phone_extension}"
        if lead.phone_extension
        else lead.phone,
    }


def consent_words(standings: Standings) -> str:
    """Return what the person agreed to receive by email: "Reminders, News (implied)"; "None;
    withdrawn: News".
    """
    by_purpose = sorted(standings.items(), key=lambda item: list(Purpose).index(item[0][0]))
    given = [
        CONSENT[purpose] if standing.basis is Basis.EXPRESS else f"{CONSENT[purpose]} (implied)"
        for (purpose, _), standing in by_purpose
        if standing.is_given
    ]
    ended = [
        CONSENT[purpose]
        for (purpose, _), standing in by_purpose
        if standing.decision is Decision.WITHDRAWN
    ]
    return "; withdrawn: ".join(", ".join(words) for words in (given or ["None"], ended) if words)


def _offer(key: str | None, offers: Iterable[Offer]) -> str:
    # An offer that left the clinic file since then keeps its key.
    names = {offer.key: offer.en for offer in offers} | {NOT_SURE: NOT_SURE_WORDS}
    return names.get(key, key) if key else ""
