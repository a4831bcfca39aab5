"""One request as the desk needs it to call: the person, what was tried, who asked before, where its
row is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.admin.queue.listing import QueueLine, listed
from intake.admin.queue.spans import moment
from intake.choices import BEST_TIME
from intake.config import Clinic
from intake.contacts import show_phone
from intake.models import CallLogEntry, Lead, OutboxEntry, QueueRow, Status, Topic
from intake.sheet.queue.calling_order import blank_row
from intake.sheet.queue.removal_orders import IS_HIDDEN
from intake.sheet.queue.repeats import OtherRequest, other_requests
from intake.sheet.queue.rows import queue_row
from intake.sheet.queue.statuses import CLOSED

NEWEST = 50
INQUIRY = relativedelta(months=6)
"""So long a request is a reason to call (Unsolicited Telecommunications Rules, part II s. 3(b))."""
ASKED = {"consult_with": "Consult with", "consult_by": "Consult by"}
EXTRA = {
    "email": "Email",
    "services": "Services",
    "body_areas": "What hurts",
    "what_hurts": "In their words",
}
VOICEMAIL = {
    "en": (
        "Hello, this is (your first name). I am returning your call. You can reach me at "
        "{number}. Thank you."
    ),
    "fr": (
        "Bonjour, ici (votre prénom). Je vous rappelle. Vous pouvez me joindre au {number}. Merci."
    ),
}
"""Nothing of why, of whom from or of an appointment: others may hear it."""


@dataclass(frozen=True)
class Call:
    """A line of the call log."""

    at: str
    what: str
    status: str
    is_attempt: bool
    notes: str


@dataclass(frozen=True)
class RequestPage:
    """Everything of the page."""

    lead: Lead
    line: QueueLine
    facts: Sequence[tuple[str, str]]
    language: str
    voicemail: str
    """What may be said on an answering machine; nothing where no message may be left."""
    calls: Sequence[Call]
    others: Sequence[tuple[str, OtherRequest]]
    sheet: str
    can_reopen: bool
    is_forbidden: bool
    """The person asked not to be called: an admin alone lifts that."""


def request_of(
    session: Session, clinic: Clinic, ref: str, *, named: bool, now: datetime
) -> RequestPage | None:
    """Return the request *ref*; None when there is none that may be seen here. *named* as in
    `listing`.
    """
    found = session.execute(
        select(Lead, QueueRow)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, Lead.ref == ref, ~IS_HIDDEN)
    ).first()
    if found is None:
        return None
    lead, row = found[0], found[1] or blank_row(found[0])
    number = show_phone(clinic.phones.reception)
    return RequestPage(
        lead=lead,
        line=listed(session, clinic, [(lead, row)], named=named, now=now)[0],
        facts=list(_facts(lead, clinic, named=named)),
        language=lead.call_language,
        voicemail=VOICEMAIL[lead.call_language].format(number=number) if lead.voicemail_ok else "",
        calls=_calls(session, lead, clinic, named=named),
        others=[
            (moment(one.received_at, clinic.time_zone), one)
            for one in other_requests(session, lead)
        ],
        sheet=_place_in_sheet(session, lead, row, clinic),
        can_reopen=row.status in CLOSED,
        is_forbidden=row.status is Status.DO_NOT_CALL,
    )


def _facts(lead: Lead, clinic: Clinic, *, named: bool) -> Iterator[tuple[str, str]]:
    """Yield what a call needs, and of email and health what the clinic lets into the queue."""
    zone = clinic.time_zone
    yield "Received", moment(lead.received_at, zone)
    yield "Call by", moment(lead.call_by, zone)
    yield "Best time", BEST_TIME.get(lead.best_time or "", "Any time")
    row = queue_row(lead, {}, clinic)
    yield from ((title, str(row[key])) for key, title in ASKED.items() if key in row)
    if named:
        shown = (key for key in EXTRA if key in clinic.queue.extra_columns and key in row)
        yield from ((EXTRA[key], str(row[key])) for key in shown)
    yield "May be called until", moment(lead.received_at + INQUIRY, zone)


def _calls(session: Session, lead: Lead, clinic: Clinic, *, named: bool) -> list[Call]:
    found = session.scalars(
        select(CallLogEntry)
        .where(CallLogEntry.lead_id == lead.id)
        .order_by(CallLogEntry.id.desc())
        .limit(NEWEST)
    )
    return [
        Call(
            at=moment(one.at, clinic.time_zone),
            what=(one.transition or f"{', '.join(one.changed)} written")
            .replace("_", " ")
            .capitalize(),
            status=one.status.value,
            is_attempt=one.is_attempt,
            notes=(one.notes or "") if named and "notes" in one.changed else "",
        )
        for one in found
    ]


def _place_in_sheet(session: Session, lead: Lead, row: QueueRow, clinic: Clinic) -> str:
    """Return where the row stands, in a sentence."""
    mine = (OutboxEntry.lead_id == lead.id, OutboxEntry.topic == Topic.QUEUE_ROW)
    waits = session.scalar(
        select(func.min(OutboxEntry.asked_at)).where(*mine, OutboxEntry.delivered_at.is_(None))
    )
    last = session.scalar(select(func.max(OutboxEntry.delivered_at)).where(*mine))
    if waits:
        return f"Waits to be put into the sheet since {moment(waits, clinic.time_zone)}."
    if row.taken_out_at:
        return f"Taken out of the sheet by us on {moment(row.taken_out_at, clinic.time_zone)}."
    if row.removed_at:
        return f"Staff deleted its row; seen on {moment(row.removed_at, clinic.time_zone)}."
    if row.missing_since:
        return (
            "Its row is missing from the sheet since "
            f"{moment(row.missing_since, clinic.time_zone)}."
        )
    if row.is_duplicated:
        return (
            "Its row is in the sheet twice: nothing that staff write there counts until one "
            "copy is gone."
        )
    return (
        f"In the sheet since {moment(last, clinic.time_zone)}."
        if last
        else "It was never put into the sheet."
    )
