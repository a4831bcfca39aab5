"""What is written with new leads: the answers on consent with their records, and what is to be done outside."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intake.callback.abuse import announcement
from intake.callback.before import Before
from intake.callback.draft import Draft
from intake.callback.outcome import Arrival
from intake.config import Clinic
from intake.consent.earlier import agreements_of
from intake.consent.record import KIND
from intake.consent.suppression import lift
from intake.ledger import entry_row
from intake.models import ConsentEvent, ConsentOpening, Lead, LedgerEntry, OutboxEntry, Purpose
from intake.rows import insert_rows


def write_consent(session: Session, arrivals: Sequence[Arrival], before: Before, clinic: Clinic) -> None:
    """Write what was answered on consent; a person's history is read only where there is one."""
    addresses = {one.draft.lead.email_hash for one in arrivals}
    known = {address for address in addresses if address and before.knows(address)}
    earlier = agreements_of(session, clinic.key, known) if known else {}
    entries, events, openings = [], [], []
    for arrival in arrivals:
        drawn = arrival.draft
        entries.append(drawn.request_entry)
        agreed = earlier.get(drawn.lead.email_hash or "")
        for note in drawn.notes_after(agreed) if agreed else drawn.notes:
            entry = entry_row(KIND, note.record, now=drawn.submission.now)
            entries.append(entry)
            events.append({**note.row, "lead_id": arrival.lead_id, "leaf": entry["leaf"]})
            openings.append(note.values)
    connection = session.connection()
    insert_rows(connection, LedgerEntry, entries)
    numbers = dict(insert_rows(connection, ConsentEvent, events, returning=["uid", "id"]))
    insert_rows(connection, ConsentOpening, [
        {"event_id": numbers[event["uid"]], "values": values} for event, values in zip(events, openings, strict=True)
    ])  # fmt: skip
    for arrival in arrivals:
        drawn = arrival.draft
        if before.is_listed(drawn.lead.email_hash, drawn.lead.email_hash_former):
            lead = session.get_one(Lead, arrival.lead_id)
            lift(session, lead, _ticked_boxes(drawn), now=drawn.submission.now)


def _ticked_boxes(asked: Draft) -> set[Purpose]:
    submission = asked.submission
    return {one.purpose for one in submission.shown.asked.statements} & submission.request.agreed_to


def _announcement(arrival: Arrival) -> list[dict[str, object]]:
    drawn = arrival.draft
    return announcement(arrival.lead_id, drawn.lead.email, now=drawn.submission.now, no_mail=arrival.no_mail)


def write_orders(session: Session, arrivals: Sequence[Arrival]) -> None:
    """Order a row in the queue and an acknowledgement for each request that is not held back."""
    announced = [arrival for arrival in arrivals if arrival.draft.lead.held_for is None]
    insert_rows(session.connection(), OutboxEntry, [entry for one in announced for entry in _announcement(one)])
