"""Whose request it is: by its reference, and which others were made with the same address."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.models import Lead
from intake.reference import read_reference


class NotDone(Exception):
    """What was asked for cannot be done as it was asked; the message says what to do."""


def request_of(session: Session, ref: str, clinic: str, *, lock: bool = False) -> Lead:
    """Return the request *ref*; with *lock* nobody else changes it until this transaction ends.
    Raises `NotDone`.
    """
    asked = select(Lead).where(Lead.clinic == clinic, Lead.ref == read_reference(ref))
    lead = session.scalars(asked.with_for_update() if lock else asked).first()
    if lead is None:
        raise NotDone(f"There is no request {ref}; check the reference.")
    return lead


def standing_request(session: Session, ref: str, clinic: str) -> Lead:
    """Return the request to change something of it. Raises `NotDone` when its person was erased."""
    lead = request_of(session, ref, clinic, lock=True)
    if lead.erased_at:
        raise NotDone(f"The person behind {lead.ref} was erased; there is nothing left to change.")
    return lead


def others_of_person(session: Session, lead: Lead) -> Sequence[Lead]:
    """Other requests with the same email address, oldest first.

    That the address is the same proves nothing: anybody can type a stranger's. So nothing is done
    to all of them at once; staff decide for each.
    """
    if lead.email_hash is None:
        return []
    same = (Lead.clinic == lead.clinic, Lead.email_hash == lead.email_hash, Lead.id != lead.id)
    return session.scalars(select(Lead).where(*same).order_by(Lead.id)).all()
