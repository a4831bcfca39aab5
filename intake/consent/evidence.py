"""Evidence packs: everything an auditor needs to check the consent of one person, of a time, or of a fair sample."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from intake.consent.record import KIND, Manner, record
from intake.consent.state import person_of
from intake.ledger import field_salt, leaf_hash, stamp
from intake.ledger.growing import Growing
from intake.ledger.note import MalformedNote, NotSigned, open_checkpoint
from intake.ledger.pack import Entry, Evidence, Opening, Statement
from intake.ledger.proofs import inclusion_proof
from intake.ledger.sealed import SealedLeaves, SealedLog, last_checkpoint
from intake.ledger.signing import VerifierKey
from intake.models import (
    Anchor,
    Checkpoint,
    ConsentEvent,
    ConsentRendering,
    ConsentStatement,
    Decision,
    Lead,
    LedgerEntry,
    LedgerPosition,
)
from intake.reference import read_reference

REFUSED = "Nothing is given out; run “intake consent verify”."


class NothingSealed(Exception):
    """Nothing can be shown: none of the entries is sealed, or the log is not the signed one; says what to do."""


class NoSuchRequest(Exception):
    """There is no request with this reference; the message says what to check."""


@dataclass(frozen=True)
class Selection:
    """Which leads, by what a person asked for; told in the pack in the same words."""

    lead_ids: Sequence[int]
    words: dict[str, str]


def of_request(session: Session, clinic: str, ref: str) -> Selection:
    """All requests of the person who made request *ref*. Raises `NoSuchRequest`."""
    lead = session.scalars(select(Lead).where(Lead.clinic == clinic, Lead.ref == read_reference(ref))).first()
    if lead is None:
        raise NoSuchRequest(f"There is no request {ref}; check the reference.")
    return Selection(person_of(session, lead), {"request": lead.ref})


def of_time(session: Session, clinic: str, start: datetime, end: datetime) -> Selection:
    """Requests received from *start* up to and without *end*."""
    between = (Lead.received_at >= start) & (Lead.received_at < end)
    return Selection(_ids(session, clinic, between), {"from": stamp(start), "to": stamp(end)})


def of_sample(session: Session, clinic: str, count: int, seed: str) -> Selection:
    """*count* requests drawn by the newest checkpoint and *seed*: anybody with both draws the same ones again."""
    head = last_checkpoint(session)
    root = head.root if head else b""
    refs = session.execute(select(Lead.id, Lead.ref).where(Lead.clinic == clinic))
    drawn = sorted((sha256(root + seed.encode() + ref.encode()).digest(), lead_id) for lead_id, ref in refs)[:count]
    return Selection([lead_id for _, lead_id in drawn], {"sample": str(count), "seed": seed, "root": root.hex()})


def evidence(
    session: Session, chosen: Selection, keys: Iterable[VerifierKey], *, now: datetime, disclosed: bool = True
) -> Evidence:
    """The pack's content: every sealed event of the chosen leads, with proofs up to the newest checkpoint.

    To be written while *session* is open: the ledger's leaves are read as they are written. They are gone through here
    before anything is given out: a pack that its own verifier would refuse is none. Raises `NothingSealed`.
    What opens the commitments, which tells who the person is, is left out where it is not to be *disclosed*.
    """
    head = last_checkpoint(session)
    if head is None:
        raise NothingSealed("Nothing is sealed yet; run “intake consent checkpoint” first.")
    log = SealedLog(session)
    found = _sealed_events(session, chosen.lead_ids, head.size)
    if not found:
        raise NothingSealed(
            "No sealed consent event belongs to this choice; check it, or run “intake consent checkpoint”."
        )
    keys = list(keys)
    _require_signed(session, log, head, keys, found)
    events = [event for event, _, _ in found]
    anchored = session.scalars(
        select(Checkpoint.note).where(Checkpoint.id.in_(select(Anchor.checkpoint_id)), Checkpoint.size <= head.size)
        .order_by(Checkpoint.id)
    )  # fmt: skip
    origin = head.note.partition("\n")[0]
    return Evidence(
        origin=origin,
        keys=[str(key) for key in keys],
        made_at=stamp(now),
        selection=chosen.words,
        statements=_statements(session, events),
        renderings=_renderings(session, events),
        entries=[
            Entry(
                position,
                canonical,
                inclusion_proof(log, position, head.size),
                _openings(event, canonical) if disclosed else {},
            )
            for event, position, canonical in found
        ],
        checkpoint=head.note,
        anchors=list(anchored),
        leaves=SealedLeaves(log, head.size),
    )


def _require_signed(
    session: Session, log: SealedLog, head: Checkpoint, keys: Sequence[VerifierKey],
    found: Sequence[tuple[ConsentEvent, int, bytes]],
) -> None:  # fmt: skip
    """Refuse a log that is not the signed one, and events that are not all there. Raises `NothingSealed`."""
    try:
        signed = open_checkpoint(head.note, keys)
    except (MalformedNote, NotSigned) as problem:
        raise NothingSealed(f"The newest checkpoint is not to be believed: {problem}. {REFUSED}") from None
    leaves = list(SealedLeaves(log, head.size))
    if len(leaves) != signed.size or Growing().extended(leaves).root != signed.root:
        raise NothingSealed(f"The {head.size} entries of the log are not those that were signed. {REFUSED}")
    if any(leaf_hash(canonical) != leaves[position] for _, position, canonical in found):
        raise NothingSealed(f"An entry of this choice has other bytes than were signed. {REFUSED}")
    recorded = session.scalar(select(func.count()).where(LedgerEntry.kind == KIND))
    if recorded != session.scalar(select(func.count()).select_from(ConsentEvent)):
        raise NothingSealed(f"There are more records of consent events than events. {REFUSED}")


def note_export(session: Session, chosen: Selection, *, now: datetime) -> None:
    """Record, for each request of the pack, that its evidence was given out."""
    manner = Manner("export", "none", "none", "staff", "staff", "")
    for start in range(0, len(chosen.lead_ids), 500):
        for lead in session.scalars(select(Lead).where(Lead.id.in_(chosen.lead_ids[start : start + 500]))):
            record(session, lead, None, Decision.EXPORTED, manner, now=now)


def _ids(session: Session, clinic: str, which: ColumnElement[bool]) -> list[int]:
    return list(session.scalars(select(Lead.id).where(Lead.clinic == clinic, which).order_by(Lead.id)))


def _sealed_events(session: Session, lead_ids: Sequence[int], size: int) -> list[tuple[ConsentEvent, int, bytes]]:
    found: list[tuple[ConsentEvent, int, bytes]] = []
    for start in range(0, len(lead_ids), 500):
        rows = session.execute(
            select(ConsentEvent, LedgerPosition.position, LedgerEntry.canonical, LedgerEntry.kind)
            .join(LedgerEntry, LedgerEntry.leaf == ConsentEvent.leaf)
            .join(LedgerPosition, LedgerPosition.entry_id == LedgerEntry.id)
            .where(ConsentEvent.lead_id.in_(lead_ids[start : start + 500]), LedgerPosition.position < size)
            .options(joinedload(ConsentEvent.opening), joinedload(ConsentEvent.lead))
            .order_by(LedgerPosition.position)
        )
        # Asked for the kind, SQLite would begin with every consent record there is
        found += [(event, position, canonical) for event, position, canonical, kind in rows if kind == KIND]
    return sorted(found, key=lambda one: one[1])


def _openings(event: ConsentEvent, canonical: bytes) -> dict[str, Opening]:
    salt, values = event.lead.salt, event.opening.values if event.opening else {}
    if salt is None:
        return {}
    bound = json.loads(canonical).get("person") or {}
    return {field: Opening(value, field_salt(salt, field)) for field, value in values.items() if bound.get(field)}


def _statements(session: Session, events: Sequence[ConsentEvent]) -> list[Statement]:
    ids = sorted({event.statement_id for event in events if event.statement_id})
    found = session.scalars(select(ConsentStatement).where(ConsentStatement.id.in_(ids)).order_by(ConsentStatement.id))
    return [
        Statement(one.version, one.language, one.purpose, one.channel, one.box, one.hint, one.notice, one.sha256)
        for one in found
    ]


def _renderings(session: Session, events: Sequence[ConsentEvent]) -> list[str]:
    names = sorted({event.rendering_sha256 for event in events if event.rendering_sha256})
    found = {one.sha256: one.html for one in session.scalars(
        select(ConsentRendering).where(ConsentRendering.sha256.in_(names)))}  # fmt: skip
    return [found[name] for name in names if name in found]
