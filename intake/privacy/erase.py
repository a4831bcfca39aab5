"""Erase a person: everything that says who made a request goes, from every table, in one
transaction.

What stays is what the law wants kept and what proves it: the consent log under a reference, the
suppression hash, the certificate. The log says that the person was erased before the salt goes, and
says it without a word of theirs. Raw bytes in the files are another matter (`privacy.scrub`), and
so is the sheet, which the relay sees to.
"""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import CursorResult, Result, delete, select, update
from sqlalchemy.orm import Session

from intake.consent.change_address import keep_withdrawals
from intake.consent.record import Manner, record
from intake.models import (
    AccessLogEntry,
    AccessSubject,
    Act,
    CallLogEntry,
    ConsentEvent,
    ConsentOpening,
    Correction,
    Decision,
    Erasure,
    Lead,
    OutboxEntry,
    QueueRow,
)
from intake.privacy.inventory import EMPTIED
from intake.privacy.scrub import ask_to_scrub
from intake.privacy.sheet_row import leave_for_good
from intake.privacy.waiting_mail import stop_mail
from intake.staff.access_log import note
from intake.staff.actor import Actor

ERASED = "The person was erased."


class Ground(StrEnum):
    """Why a person is erased."""

    ASKED = "asked"
    RETENTION = "retention"


MANNERS = {
    Ground.ASKED: Manner("erasure", "none", "none", "staff", "staff", ""),
    Ground.RETENTION: Manner("erasure", "none", "none", "system", "system", ""),
}


def erase(
    session: Session, lead: Lead, who: Actor, *, ground: Ground, endpoint: str, now: datetime
) -> Erasure:
    """Erase *lead*'s person as far as this request goes, and return the certificate; erased before,
    the one from then.

    1. Hold the request, so that nothing personal is added beside it meanwhile.
    2. Other requests of the same address keep what was withdrawn here.
    3. End what waits: mails, and the row in the sheet.
    4. The log says that the person was erased.
    5. Empty and delete; the salt goes last.
    6. Certificate and access-log line.
    """
    session.execute(select(Lead.id).where(Lead.id == lead.id).with_for_update())
    session.refresh(lead)
    if lead.erased_at:
        return session.scalars(select(Erasure).where(Erasure.lead_id == lead.id)).one()
    keep_withdrawals(session, lead, now=now)
    mails = stop_mail(session, lead, now=now, why=ERASED)
    in_sheet = leave_for_good(session, lead, now=now, why=ERASED)
    event = record(session, lead, None, Decision.ERASED, MANNERS[ground], now=now)
    session.flush()
    counts = {"mails_stopped": mails, "sheet_rows": int(in_sheet), **empty_words(session, lead)}
    _empty(lead, now)
    erasure = Erasure(
        uid=str(uuid4()),
        lead_id=lead.id,
        ref=lead.ref,
        erased_at=now,
        by=who.called,
        ground=ground,
        counts=counts,
        leaf=event.leaf,
    )
    session.add(erasure)
    note(
        session,
        who,
        Act.ERASED,
        f"everything ({ground})",
        [lead],
        clinic=lead.clinic,
        endpoint=endpoint,
        now=now,
    )
    ask_to_scrub(session, now=now)
    return erasure


def empty_words(session: Session, lead: Lead) -> dict[str, int]:
    """Empty or delete what stands beside the request; by table, how many rows held something."""
    mine = select(ConsentEvent.leaf).where(ConsentEvent.lead_id == lead.id)
    looks = select(AccessSubject.entry_id).where(AccessSubject.lead_id == lead.id)
    session.flush()
    done = {
        "consent_openings": session.execute(
            delete(ConsentOpening).where(ConsentOpening.leaf.in_(mine))
        ),
        "corrections": session.execute(delete(Correction).where(Correction.lead_id == lead.id)),
        "access_reasons": session.execute(
            update(AccessLogEntry)
            .where(AccessLogEntry.id.in_(looks), AccessLogEntry.reason.is_not(None))
            .values(reason=None, reason_salt=None)
        ),
        "problems": session.execute(
            update(OutboxEntry)
            .where(
                OutboxEntry.lead_id == lead.id,
                OutboxEntry.problem.is_not(None),
                OutboxEntry.problem != ERASED,
            )
            .values(problem=ERASED)
        ),
    }
    session.expire_all()
    return {
        **empty_staff_words(session, lead),
        **{name: _rows(result) for name, result in done.items()},
    }


def empty_staff_words(session: Session, lead: Lead) -> dict[str, int]:
    """Empty what staff wrote of the calls."""
    words = dict.fromkeys(("sheet_status", "assigned_to", "last_called", "follow_up_on", "notes"))
    calls = session.execute(
        update(CallLogEntry)
        .where(CallLogEntry.lead_id == lead.id, CallLogEntry.sheet_status.is_not(None))
        .values(words)
    )
    row = session.get(QueueRow, lead.id)
    if row:
        row.sheet_status, row.assigned_to, row.last_called, row.follow_up_on, row.notes = (
            row.status,
            "",
            "",
            "",
            "",
        )
    return {"calls": _rows(calls), "queue_rows": int(row is not None)}


def _empty(lead: Lead, now: datetime) -> None:
    for column, value in EMPTIED.items():
        setattr(lead, column, value)
    lead.token, lead.submission = secrets.token_urlsafe(32), secrets.token_bytes(32)
    lead.erased_at = now


def _rows(result: Result[Any]) -> int:
    return cast("CursorResult[Any]", result).rowcount
