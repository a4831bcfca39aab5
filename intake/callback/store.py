"""What is written with new leads: records in the ledger, answers on consent, and what is to be done outside."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from intake.callback.abuse import announcement
from intake.callback.draft import Draft
from intake.callback.history import History
from intake.callback.outcome import Arrival
from intake.consent.suppression import lift
from intake.models import ConsentEvent, ConsentOpening, Lead, LedgerEntry, OutboxEntry, Purpose
from intake.rows import insert_rows


def write_consent(session: Session, arrivals: Sequence[Arrival], history: History) -> None:
    """Write the records in the ledger and what was answered on consent."""
    drafts = [arrival.draft for arrival in arrivals]
    connection = session.connection()
    insert_rows(connection, LedgerEntry, [drawn.entry for drawn in drafts])
    insert_rows(connection, ConsentEvent, [
        {**event, "lead_id": arrival.lead_id} for arrival in arrivals for event in arrival.draft.events
    ])  # fmt: skip
    insert_rows(connection, ConsentOpening, [
        {"leaf": drawn.entry["leaf"], "values": drawn.values} for drawn in drafts if drawn.events
    ])  # fmt: skip
    for arrival in arrivals:
        drawn = arrival.draft
        if history.is_listed(drawn.lead.email_hash, drawn.lead.email_hash_former):
            lead = session.get_one(Lead, arrival.lead_id)
            lift(session, lead, _ticked_boxes(drawn), now=drawn.submission.now)


def _ticked_boxes(asked: Draft) -> set[Purpose]:
    submission = asked.submission
    return {one.purpose for one in submission.shown.asked.statements} & submission.request.agreed_to


def _announcement(arrival: Arrival) -> list[dict[str, object]]:
    drawn = arrival.draft
    return announcement(arrival.lead_id, drawn.lead.email, now=drawn.submission.now, no_mail=arrival.no_mail)


def write_outbox(session: Session, arrivals: Sequence[Arrival]) -> None:
    """Order a row in the queue and an acknowledgement for each request that is not held back."""
    announced = [arrival for arrival in arrivals if arrival.draft.lead.held_for is None]
    insert_rows(session.connection(), OutboxEntry, [entry for one in announced for entry in _announcement(one)])
