"""Evidence packs: everything an auditor needs to check the consent of one person, of a time, or of
a fair sample.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.consent.evidence_checks import NothingSealed, require_signed
from intake.consent.evidence_records import Sealed, sealed_events, sealed_requests, sealed_restarts
from intake.consent.record import Manner, record
from intake.consent.selection import Selection
from intake.ledger import stamp
from intake.ledger.pack import Entry, Evidence, Statement
from intake.ledger.proofs import inclusion_proof
from intake.ledger.restarts import explained, restarts
from intake.ledger.sealed import SealedLeaves, SealedLog, last_checkpoint
from intake.ledger.signing import VerifierKey
from intake.models import (
    Anchor,
    ConsentEvent,
    ConsentRendering,
    ConsentStatement,
    Decision,
    Lead,
    StoredCheckpoint,
)

MOST_ANCHORS = 100


def evidence(
    session: Session,
    chosen: Selection,
    keys: Iterable[VerifierKey],
    *,
    now: datetime,
    disclosed: bool = True,
) -> Evidence:
    """Return the pack's content: every sealed record of the chosen leads, with proofs up to the
    newest checkpoint.

    To be written while *session* is open: the ledger's leaves are read as they are written. They
    are gone through here before anything is given out: a pack that its own verifier would refuse is
    none. Raises `NothingSealed`. What opens the commitments, which tells who the person is, is left
    out where it is not to be *disclosed*.
    """
    head = last_checkpoint(session)
    if head is None:
        raise NothingSealed("Nothing is sealed yet; run “intake consent checkpoint” first.")
    log, keys = SealedLog(session), list(keys)
    events = sealed_events(session, chosen.lead_ids, head.size)
    requests = sealed_requests(session, chosen.lead_ids, head.size)
    found = [*events, *requests]
    if not found:
        raise NothingSealed(
            "No sealed consent event belongs to this choice; check it, or run “intake "
            "consent checkpoint”."
        )
    found += sealed_restarts(session, head.size)
    require_signed(session, log, head, keys, found)
    answers = [event for one in events for event in one.events]
    return Evidence(
        origin=head.note.partition("\n")[0],
        keys=[str(key) for key in keys],
        made_at=stamp(now),
        selection=chosen.words,
        statements=_statements(session, answers),
        renderings=_renderings(session, answers),
        entries=[
            Entry(
                one.position,
                one.canonical,
                inclusion_proof(log, one.position, head.size),
                one.openings if disclosed else {},
            )
            for one in _by_position(found)
        ],
        checkpoint=head.note,
        anchors=_anchors(session, head),
        leaves=SealedLeaves(log, head.size),
    )


def _by_position(found: Iterable[Sealed]) -> list[Sealed]:
    """Return each record once, in the order of the log: a request's tells of the answers that came
    with it as well.
    """
    records: dict[int, Sealed] = {}
    for one in found:
        records[one.position] = one.joined(records.get(one.position))
    return [records[position] for position in sorted(records)]


def _anchors(session: Session, head: StoredCheckpoint) -> list[str]:
    """Earlier checkpoints that were kept elsewhere: no more than `MOST_ANCHORS`, spread over the
    whole log.

    Each newer one stands for all that is before it, and checking a signature takes the verifier a
    while. Those of a log that was given up by a restart are left out: it is not this one.
    """
    rows = session.execute(
        select(StoredCheckpoint.size, StoredCheckpoint.note)
        .where(
            StoredCheckpoint.id.in_(select(Anchor.checkpoint_id)),
            StoredCheckpoint.size <= head.size,
        )
        .order_by(StoredCheckpoint.id)
    )
    restarted = restarts(session)
    notes = [note for size, note in rows if explained(restarted, size) is None]
    if len(notes) <= MOST_ANCHORS:
        return notes
    return [notes[at * (len(notes) - 1) // (MOST_ANCHORS - 1)] for at in range(MOST_ANCHORS)]


def note_export(session: Session, chosen: Selection, *, now: datetime) -> None:
    """Record, for each request of the pack, that its evidence was given out."""
    manner = Manner("export", "none", "none", "staff", "staff", "")
    for start in range(0, len(chosen.lead_ids), 500):
        for lead in session.scalars(
            select(Lead).where(Lead.id.in_(chosen.lead_ids[start : start + 500]))
        ):
            record(session, lead, None, Decision.EXPORTED, manner, now=now)


def _statements(session: Session, events: Sequence[ConsentEvent]) -> list[Statement]:
    ids = sorted({event.statement_id for event in events if event.statement_id})
    found = session.scalars(
        select(ConsentStatement).where(ConsentStatement.id.in_(ids)).order_by(ConsentStatement.id)
    )
    return [
        Statement(
            one.version,
            one.language,
            one.purpose,
            one.channel,
            one.box,
            one.hint,
            one.notice,
            one.sha256,
        )
        for one in found
    ]


def _renderings(session: Session, events: Sequence[ConsentEvent]) -> list[str]:
    names = sorted({event.rendering_sha256 for event in events if event.rendering_sha256})
    found = {
        one.sha256: one.html
        for one in session.scalars(
            select(ConsentRendering).where(ConsentRendering.sha256.in_(names))
        )
    }
    return [found[name] for name in names if name in found]
