"""What is written with new leads: records in the ledger, answers on consent, and what is to be done
outside.
"""

from collections.abc import Sequence

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from intake.callback.abuse import announcement
from intake.callback.draft import Draft
from intake.callback.history import History
from intake.callback.outcome import PendingSubmission
from intake.consent.suppression import lift
from intake.models import ConsentEvent, ConsentOpening, Lead, LedgerEntry, OutboxEntry, Purpose
from intake.rows import combined, inserts
from intake.sql import SqlStatement, execute


def write(session: Session, arrivals: Sequence[PendingSubmission], history: History) -> None:
    """Write the records in the ledger, the answers on consent, and the orders to the outbox."""
    connection = session.connection()
    rows = [*_consent(connection.dialect, arrivals), *_outbox(connection.dialect, arrivals)]
    execute(connection, *combined(connection.dialect, rows))
    for arrival in arrivals:
        drawn = arrival.draft
        if history.is_listed(drawn.lead.email_hash, drawn.lead.email_hash_former):
            lead = session.get_one(Lead, arrival.lead_id)
            # Nobody can have confirmed the address for a request that has just come
            lift(session, lead, _ticked_boxes(drawn), is_verified=False, now=drawn.submission.now)


def _consent(dialect: Dialect, arrivals: Sequence[PendingSubmission]) -> list[SqlStatement]:
    drafts = [arrival.draft for arrival in arrivals]
    events = [
        {**event, "lead_id": arrival.lead_id}
        for arrival in arrivals
        for event in arrival.draft.events
    ]
    openings = [
        {"leaf": drawn.entry["leaf"], "values": drawn.values} for drawn in drafts if drawn.events
    ]
    return [
        *inserts(dialect, LedgerEntry, [drawn.entry for drawn in drafts]),
        *inserts(dialect, ConsentEvent, events),
        *inserts(dialect, ConsentOpening, openings),
    ]


def _outbox(dialect: Dialect, arrivals: Sequence[PendingSubmission]) -> list[SqlStatement]:
    """Return a row in the queue and an acknowledgement for each request that is not held back."""
    announced = [arrival for arrival in arrivals if arrival.draft.lead.hold_reason is None]
    return inserts(
        dialect, OutboxEntry, [entry for one in announced for entry in _announcement(one)]
    )


def _ticked_boxes(asked: Draft) -> set[Purpose]:
    submission = asked.submission
    return {one.purpose for one in submission.shown.asked.statements} & submission.request.agreed_to


def _announcement(arrival: PendingSubmission) -> list[dict[str, object]]:
    drawn = arrival.draft
    return announcement(
        arrival.lead_id, drawn.lead.email, now=drawn.submission.now, no_mail=arrival.no_mail
    )
