"""Take up what the database has lost, in one transaction, and have the log go on honestly."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.consent.person_consent import consent_of
from intake.consent.record import Manner
from intake.consent.request_record import RecordReason, bind
from intake.consent.withdraw import withdraw
from intake.contacts import NotAPhone
from intake.db import Database, unindexed
from intake.ledger import Value, append, stamp
from intake.ledger.acts_file import ActsFile
from intake.ledger.kept_acts import KeptAct, KeptActKind
from intake.mail.message_id import begin_round
from intake.models import Channel, Decision, Lead, OutboxEntry, Purpose, QueueRow, Topic
from intake.outbox import settle_one
from intake.privacy.waiting_mail import EMAILS
from intake.restore.accounts import accounts_again, end_sessions
from intake.restore.lost import Lost
from intake.restore.mode import enter, last_entry
from intake.restore.redo import REASON, Redo, is_agreed_again, last_acts
from intake.restore.sheet_knows import SheetKnows
from intake.restore.stub import queue_row_of, stub

FROM_SHEET = Manner("sheet", "none", "none", "system", "system", "")
MAIL_ENDED = "Not sent: the database was put back from a backup, and it may have been sent before."
RESTORED = "restored"
"""The kind of the record in the log."""


@dataclass(frozen=True)
class RestoreTarget:
    """Whose database, and what lies beside it."""

    database: Database
    clinic: Clinic
    folder: Path
    file: ActsFile
    address_key: bytes


def take_up(place: RestoreTarget, lost: Lost, *, reason: str, now: datetime) -> list[str]:
    """Do everything but the log's restart, and return what somebody must see to. May be begun anew
    when interrupted.

    1. Nobody of the staff is signed in any more, and accounts stand as they stood.
    2. Rows that stand in the sheet are not delivered again, mails that may have been sent are not
    sent again.
    3. Requests that only the sheet knows are taken up. 4. What was withdrawn, erased, locked or
    corrected is so again: by the copy, then by what the sheet shows. 5. The log says what was done;
    the copy says that it is done.
    """
    with place.database.writing() as session:
        enter(session, now=now)
    with place.database.writing() as session:
        end_sessions(session, now=now)
        told = list(accounts_again(session, lost.acts, now=now))
        told += _end_mail(session, place.clinic, now)
        begin_round(session)
        if lost.sheet:
            _note_arrived(session, place.clinic, lost.sheet, now)
            told += _take_up_rows(session, place, lost.sheet, now)
        again = Redo(
            session,
            place.clinic,
            place.address_key,
            now,
            lost.sheet.known if lost.sheet else {},
            told,
        )
        again.all(lost.copy, lost.acts)
        if lost.sheet:
            _withdraw_as_shown(session, place, lost.sheet, lost.copy, now)
        append(session, RESTORED, _record(lost, place.clinic, reason, now), now=now)
    note_done(place.file, lost.acts, place.clinic, now)
    return told


def note_done(file: ActsFile, acts: Sequence[KeptAct], clinic: Clinic, now: datetime) -> None:
    """Say in the copy that the database has *acts* again, under other ids. Raises `NotKept`."""
    if acts:
        file.append([KeptAct(act.uid, KeptActKind.DONE_AGAIN, clinic.key, now) for act in acts])


def _end_mail(session: Session, clinic: Clinic, now: datetime) -> list[str]:
    """End the mail that waited in the backup; what was ordered since the restore goes out
    afterwards.
    """
    waited = (
        select(OutboxEntry.id, Lead.ref)
        .join(Lead, Lead.id == OutboxEntry.lead_id)
        .where(
            Lead.clinic == clinic.key,
            OutboxEntry.topic.in_(EMAILS),
            OutboxEntry.delivered_at.is_(None),
            OutboxEntry.id <= last_entry(session),
        )
    )
    found = session.execute(waited).all()
    for entry_id, _ in found:
        settle_one(session, entry_id, now=now, problem=MAIL_ENDED)
    refs = ", ".join(sorted({ref for _, ref in found}))
    return (
        [f"Mail that waited in the backup may have been sent before and is not sent again: {refs}."]
        if refs
        else []
    )


def _note_arrived(session: Session, clinic: Clinic, sheet: SheetKnows, now: datetime) -> None:
    leads = _leads(session, clinic, sheet.arrived)
    for ref, lead in leads.items():
        if session.get(QueueRow, lead.id) is None:
            session.add(queue_row_of(lead, sheet.arrived[ref], clinic, tab=sheet.tab, now=now))
    session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.topic == Topic.QUEUE_ROW, OutboxEntry.delivered_at.is_(None))
        .where(OutboxEntry.lead_id.in_([lead.id for lead in leads.values()]))
        .values(delivered_at=now)
        .execution_options(synchronize_session=False)
    )


def _take_up_rows(
    session: Session, place: RestoreTarget, sheet: SheetKnows, now: datetime
) -> list[str]:
    """Make a request for each row that was lost, with a record of it, and return a sentence for
    each that cannot be called.
    """
    told = []
    for row in sheet.lost:
        try:
            lead = stub(row, place.clinic, address_key=place.address_key, now=now)
        except NotAPhone:
            told.append(
                f"{row.ref}: its row holds no number that can be called; it stays as it is "
                "in the sheet."
            )
            continue
        session.add(lead)
        session.flush()
        session.add(queue_row_of(lead, row, place.clinic, tab=sheet.tab, now=now))
        bind(session, lead, RecordReason.RESTORED, now=now)
    session.flush()
    return told


def _withdraw_as_shown(
    session: Session,
    place: RestoreTarget,
    sheet: SheetKnows,
    copy: Sequence[KeptAct],
    now: datetime,
) -> None:
    """The sheet showed a withdrawal that neither the database nor the copy knows; a no can only
    spare somebody mail.
    """
    shown, last = dict(sheet.withdrawn()), last_acts(copy)
    for ref, lead in _leads(session, place.clinic, shown).items():
        unknown = {one for one in shown[ref] if not _is_withdrawn(session, lead, one)}
        purposes = {one for one in unknown if not is_agreed_again(last, lead, one)}
        if purposes and not lead.erased_at:
            withdraw(
                session,
                lead,
                purposes,
                FROM_SHEET,
                clinic=place.clinic,
                address_key=place.address_key,
                now=now,
                reason=REASON,
            )
            session.flush()


def _is_withdrawn(session: Session, lead: Lead, purpose: Purpose) -> bool:
    standing = consent_of(session, lead).stands.get((purpose, Channel.EMAIL))
    return standing is not None and standing.decision is Decision.WITHDRAWN


def _leads(session: Session, clinic: Clinic, refs: Collection[str]) -> dict[str, Lead]:
    found = session.scalars(
        select(Lead).where(unindexed(Lead.clinic) == clinic.key, Lead.ref.in_(refs))
    )
    return {lead.ref: lead for lead in found}


def _record(lost: Lost, clinic: Clinic, reason: str, now: datetime) -> dict[str, Value]:
    """Return what was taken up, by which heads; references of requests and ids of acts, as the log
    has them anyway.
    """
    kept, sheet = lost.compared.kept, lost.sheet
    return {
        "schema": 1,
        "id": str(uuid4()),
        "clinic": clinic.key,
        "recorded_at": stamp(now),
        "reason": reason,
        "size": lost.compared.size,
        "kept_size": kept.head.size if kept else None,
        "kept_root": kept.head.root.hex() if kept else None,
        "acts": ",".join(act.uid for act in lost.acts),
        "taken_up": ",".join(row.ref for row in sheet.lost) if sheet else None,
        "not_delivered_again": ",".join(sorted(sheet.arrived)) if sheet else None,
    }
