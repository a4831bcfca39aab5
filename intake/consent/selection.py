"""The selection of an evidence pack: one person, the requests of some days, or a fair sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from intake.consent.person_consent import person_of
from intake.ledger import stamp
from intake.ledger.sealed import last_checkpoint
from intake.models import Lead
from intake.reference import read_reference


class NoSuchRequest(Exception):
    """There is no request with this reference; the message says what to check."""


@dataclass(frozen=True)
class Selection:
    """Which leads, by what a person asked for; told in the pack in the same words."""

    lead_ids: Sequence[int]
    words: dict[str, str]


def of_request(session: Session, clinic: str, ref: str) -> Selection:
    """Return all requests of the person who made request *ref*. Raises `NoSuchRequest`."""
    lead = session.scalars(
        select(Lead).where(Lead.clinic == clinic, Lead.ref == read_reference(ref))
    ).first()
    if lead is None:
        raise NoSuchRequest(f"There is no request {ref}; check the reference.")
    return Selection(person_of(session, lead), {"request": lead.ref})


def of_time(session: Session, clinic: str, start: datetime, end: datetime) -> Selection:
    """Requests received from *start* up to and without *end*."""
    between = (Lead.received_at >= start) & (Lead.received_at < end)
    return Selection(_ids(session, clinic, between), {"from": stamp(start), "to": stamp(end)})


def of_sample(session: Session, clinic: str, count: int, seed: str) -> Selection:
    """*count* requests drawn by the newest checkpoint and *seed*: anybody with both draws the same
    ones again.
    """
    head = last_checkpoint(session)
    root = head.root if head else b""
    refs = session.execute(select(Lead.id, Lead.ref).where(Lead.clinic == clinic))
    drawn = sorted(
        (sha256(root + seed.encode() + ref.encode()).digest(), lead_id) for lead_id, ref in refs
    )[:count]
    return Selection(
        [lead_id for _, lead_id in drawn], {"sample": str(count), "seed": seed, "root": root.hex()}
    )


def _ids(session: Session, clinic: str, which: ColumnElement[bool]) -> list[int]:
    return list(
        session.scalars(select(Lead.id).where(Lead.clinic == clinic, which).order_by(Lead.id))
    )
