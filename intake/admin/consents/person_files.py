"""Files about one request: its timeline, its receipt, the evidence for it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.admin.consents.timeline import Timeline
from intake.admin.ledger.proofs import inclusion
from intake.config import Clinic
from intake.consent.evidence import evidence, note_export
from intake.consent.person_consent import consent_of
from intake.consent.receipt_dpv import dpv_receipt
from intake.consent.receipt_kantara import kantara_receipt
from intake.consent.receipts import receipt_of
from intake.consent.record import event_facts
from intake.consent.selection import of_request
from intake.ledger import stamp
from intake.ledger.pack import write_pack
from intake.ledger.signing import VerifierKey
from intake.models import ConsentEvent, Lead


class NoReceipt(Exception):
    """The person was erased, and the receipt with them; the message says so."""


def timeline_text(found: Timeline) -> str:
    """Return the timeline as JSON; who the person is only where the timeline names them."""
    person = found.person
    told: dict[str, Any] = {
        "request": found.lead.ref,
        "received_at": stamp(found.lead.received_at),
        "erased_at": stamp(found.lead.erased_at) if found.lead.erased_at else None,
        "other_requests": found.others,
        "person": {"name": person.name, "phone": person.phone, "email": person.email}
        if person
        else None,
        "address_verified": found.is_verified,
        "stands": [
            {
                "purpose": purpose,
                "decision": one.decision,
                "basis": one.basis,
                "since": stamp(one.since),
                "verified": one.verified,
                "suppressed": purpose in found.suppressed,
            }
            for purpose, one in found.stands
        ],
        "events": [
            {
                **event_facts(step.event),
                "leaf": step.event.leaf.hex(),
                "position": step.position,
                "words": _words(step.event.statement),
                "differs_from_record": list(step.wrong),
            }
            for step in found.steps
        ],
        "mails": [
            {
                "message": mail.message,
                "class": mail.message_class,
                "ground": mail.ground,
                "sent_at": stamp(mail.sent_at),
                "message_id": mail.message_id,
                "wording_sha256": mail.template_sha256,
            }
            for mail in found.mails
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _words(statement: object) -> dict[str, str] | None:
    return (
        {name: getattr(statement, name) for name in ("box", "hint", "notice")}
        if statement
        else None
    )


def proof_text(session: Session, lead: Lead, uid: str) -> str:
    """That the event of *lead* with this id is recorded in the ledger. Raises `NoSuchProof`."""
    which = (ConsentEvent.lead_id == lead.id, ConsentEvent.uid == uid)
    leaves = session.scalars(select(ConsentEvent.leaf).where(*which)).all()
    return json.dumps(inclusion(session, leaves), indent=1) + "\n"


def receipt_text(
    session: Session, lead: Lead, clinic: Clinic, *, page: str, is_kantara: bool
) -> str:
    """Return the person's receipt; *page* leads where a lost link is asked for: their own link
    would let its reader withdraw.

    Raises `NoReceipt`.
    """
    if lead.salt is None:
        raise NoReceipt("The person was erased; no receipt can be made any more.")
    receipt = receipt_of(consent_of(session, lead))
    told = (kantara_receipt if is_kantara else dpv_receipt)(receipt, clinic, page=page)
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def write_evidence(
    session: Session,
    lead: Lead,
    keys: Iterable[VerifierKey],
    out: IO[bytes],
    *,
    disclosed: bool,
    now: datetime,
) -> Sequence[Lead]:
    """Write the evidence pack of *lead*'s person to *out*, and record in the consent log that it
    was given out.

    Returns the requests that are in it: others of the person that are locked are not. Raises
    `NothingSealed`.
    """
    whole = of_request(session, lead.clinic, lead.ref)
    locked = select(Lead.id).where(
        Lead.id.in_(whole.lead_ids), Lead.restricted_at.is_not(None), Lead.id != lead.id
    )
    # The reason, if there was one, was for this request alone
    others = set(session.scalars(locked))
    chosen = replace(
        whole, lead_ids=[lead_id for lead_id in whole.lead_ids if lead_id not in others]
    )
    write_pack(evidence(session, chosen, keys, now=now, disclosed=disclosed), out)
    note_export(session, chosen, now=now)
    return session.scalars(select(Lead).where(Lead.id.in_(chosen.lead_ids)).order_by(Lead.id)).all()
