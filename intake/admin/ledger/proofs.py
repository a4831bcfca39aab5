"""Proofs to take along: that a record is in the ledger, and that today's ledger only adds to an
older one.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.ledger import leaf_hash
from intake.ledger.proofs import (
    NoSuchProof,
    consistency_proof,
    inclusion_proof,
    verify_consistency,
    verify_inclusion,
)
from intake.ledger.sealed import SealedLog, last_checkpoint
from intake.models import ConsentEvent, Lead, LedgerEntry, LedgerPosition, StoredCheckpoint
from intake.reference import read_reference

Json = Mapping[str, Any]
NOT_SIGNED = (
    "The ledger is not the one that was signed, so there is no proof. Run “intake consent verify”."
)


def records_meant_by(
    session: Session, clinic: str, typed: str
) -> tuple[Sequence[Lead], Sequence[bytes]]:
    """Return the records that somebody means by a reference or a fingerprint, and whose they are,
    for the access log.

    Raises `NoSuchProof`.
    """
    ref = read_reference(typed)
    if re.fullmatch(r"[0-9a-fA-F]{64}", typed):
        leaf = bytes.fromhex(typed)
        answered = select(ConsentEvent.lead_id).where(ConsentEvent.leaf == leaf)
        return session.scalars(select(Lead).where(Lead.id.in_(answered))).all(), [leaf]
    if ref is None:
        raise NoSuchProof("Enter a reference like K7F-2QGX, or a fingerprint of 64 characters")
    leads = session.scalars(select(Lead).where(Lead.clinic == clinic, Lead.ref == ref)).all()
    whose = ConsentEvent.lead_id.in_([lead.id for lead in leads])
    return leads, session.scalars(select(ConsentEvent.leaf).where(whose)).all()


def inclusion(session: Session, leaves: Sequence[bytes]) -> Json:
    """Yield, for each of *leaves* that is sealed, the path to the root of the newest checkpoint.

    Raises `NoSuchProof` where none is.
    """
    head = _head(session)
    log = SealedLog(session)
    rows = session.execute(
        select(LedgerPosition.position, LedgerEntry.canonical, LedgerEntry.leaf)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosition.entry_id)
        .where(LedgerPosition.leaf.in_(leaves), LedgerPosition.position < head.size)
        .order_by(LedgerPosition.position)
    )
    found: list[dict[str, Any]] = [
        {
            "position": position,
            "leaf": leaf.hex(),
            "canonical": b64encode(canonical).decode(),
            "inclusion": [node.hex() for node in inclusion_proof(log, position, head.size)],
        }
        for position, canonical, leaf in rows
    ]
    for one in found:
        path = [bytes.fromhex(node) for node in one["inclusion"]]
        if not verify_inclusion(
            leaf_hash(b64decode(one["canonical"])), one["position"], head.size, path, head.root
        ):
            raise NoSuchProof(NOT_SIGNED)
    if not found:
        raise NoSuchProof(
            "No such record is sealed. Check it; what was just recorded is sealed within seconds."
        )
    return {"checkpoint": head.note, "size": head.size, "root": head.root.hex(), "entries": found}


def consistency(session: Session, old: int) -> Json:
    """Return what shows that the first *old* entries of the ledger are the ones of then. Raises
    `NoSuchProof`.
    """
    head = _head(session)
    proof = consistency_proof(SealedLog(session), old, head.size)
    then = session.scalars(
        select(StoredCheckpoint).where(StoredCheckpoint.size == old).order_by(StoredCheckpoint.id)
    ).first()
    if then and not verify_consistency(old, head.size, proof, then.root, head.root):
        raise NoSuchProof(NOT_SIGNED)
    return {
        "checkpoint": head.note,
        "from": old,
        "to": head.size,
        "consistency": [node.hex() for node in proof],
        "older_checkpoint": then.note if then else None,
    }


def _head(session: Session) -> StoredCheckpoint:
    head = last_checkpoint(session)
    if head is None:
        raise NoSuchProof("Nothing is sealed yet. The relay does it within seconds; is it running?")
    return head
