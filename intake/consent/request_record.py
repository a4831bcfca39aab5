"""Bind a request to the ledger as it stands: when it came, by when we promised to call, and what
the person told us.

A record is appended when the request is made and each time that it is corrected; the newest one is
what the row must say. Personal values stand in it as commitments (`ledger.canonical.commitment`),
so that an erasure unlinks them and leaves the log whole. The answers on consent that come with a
request are the same act and stand in its record (`recorded`): a patient waits for it, and one
record takes a seventh of the rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

from sqlalchemy.orm import Session

from intake.consent.act import ConsentAct, EventValues, Whose
from intake.consent.recorded import shared_and_own
from intake.ledger import Commitments, Value, append, canonical_bytes, stamp
from intake.models import Lead, LedgerEntry

KIND = "request"
SCHEMA = 2
VALUES = ("name", "phone", "email", "what_hurts", "answers")
"""The fields of a person that a request is bound to. An answer on consent is bound to others as
well (`recorded`).
"""


class RecordReason(StrEnum):
    """Why a request was bound."""

    RECEIVED = "received"
    CORRECTED = "corrected"
    UPGRADED = "upgraded"
    """It was made under a release that bound none: it is bound as it stood when the database was
    brought up to date.
    """
    RESTORED = "restored"
    """It was lost with the database, and taken up again from what was kept elsewhere."""


class Bound(Whose, Protocol):
    """What a record is made from: a lead, in a session or not yet."""

    @property
    def received_at(self) -> datetime: ...
    @property
    def call_by(self) -> datetime: ...
    @property
    def form_language(self) -> str: ...
    @property
    def phone_extension(self) -> str: ...
    @property
    def phone_typed(self) -> str: ...
    @property
    def consult_with(self) -> str | None: ...
    @property
    def consult_by(self) -> str | None: ...
    @property
    def best_time(self) -> str | None: ...
    @property
    def call_language(self) -> str: ...
    @property
    def voicemail_ok(self) -> bool: ...
    @property
    def services(self) -> list[str]: ...
    @property
    def body_areas(self) -> list[str]: ...
    @property
    def what_hurts(self) -> str | None: ...


def bind(session: Session, lead: Lead, why: RecordReason, *, now: datetime) -> LedgerEntry:
    """Append the record of *lead* as it stands, in the transaction of what made or changed it."""
    record = record_of(lead, why, now=now)
    entry = append(session, KIND, record, now=now)
    lead.bound_leaf = entry.leaf
    return entry


def record_of(
    lead: Bound, why: RecordReason, *, now: datetime, commitments: Commitments | None = None
) -> dict[str, Value]:
    """Return what the ledger says of *lead*, which has its salt; *commitments* under it may be
    known already.
    """
    return _record(
        lead, why, (commitments or Commitments(lead.salt or b"")).to(bound_values(lead)), now
    )


def record_with_answers(
    lead: Bound,
    why: RecordReason,
    act: ConsentAct,
    notes: Sequence[EventValues],
    *,
    now: datetime,
    commitments: Commitments,
) -> dict[str, Value]:
    """Return what the ledger says of *lead* and of the answers *notes* that came with it, the same
    person’s *act*.
    """
    record = _record(lead, why, {**commitments.to(bound_values(lead)), **act.person}, now)
    return {**record, **shared_and_own([note.facts for note in notes])} if notes else record


def _record(
    lead: Bound, why: RecordReason, person: Mapping[str, Value], now: datetime
) -> dict[str, Value]:
    return {
        "schema": SCHEMA,
        "id": str(uuid4()),
        "why": why,
        "recorded_at": stamp(now),
        "person": person,
        **bound_facts(lead),
    }


def bound_facts(lead: Bound) -> dict[str, Value]:
    """Return what is bound in plain words: it tells nothing of the person, and outlives an
    erasure.
    """
    return {
        "clinic": lead.clinic,
        "request": lead.ref,
        "received_at": stamp(lead.received_at),
        "call_by": stamp(lead.call_by),
        "form_language": lead.form_language,
    }


def bound_values(lead: Bound) -> dict[str, str]:
    """Return what is bound by commitments, as an auditor is shown it; a field that is empty is not
    among them.
    """
    values = {
        "name": lead.name,
        "phone": lead.phone,
        "email": lead.email or "",
        "what_hurts": lead.what_hurts or "",
        "answers": _answers(lead),
    }
    return {field: value for field, value in values.items() if value}


def _answers(lead: Bound) -> str:
    """Return the other answers in one text, in the one form that they can have (RFC 8785)."""
    answers: dict[str, Value] = {
        "phone_extension": lead.phone_extension,
        "phone_typed": lead.phone_typed,
        "consult_with": lead.consult_with,
        "consult_by": lead.consult_by,
        "best_time": lead.best_time,
        "call_language": lead.call_language,
        "voicemail_ok": "yes" if lead.voicemail_ok else "no",
        "services": "\n".join(lead.services),
        "body_areas": "\n".join(lead.body_areas),
    }
    return canonical_bytes(answers).decode()
