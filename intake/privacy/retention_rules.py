"""Which records are over by the clinic's policy: one query for each rule, oldest first.

An open request is never over. One whose person still agrees to emails, or did so within the years
that the policy keeps that proof for, keeps its name and address; what hurts and what staff wrote of
the calls goes all the same.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Select, Text, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from intake.config import Clinic
from intake.consent.fold import GIVING
from intake.consent.listed import COUNTS
from intake.models import (
    CallLogEntry,
    ConsentEvent,
    ConsentOpening,
    Decision,
    Lead,
    QueueRow,
    SignInAttempt,
    StaffMember,
    StaffSession,
    Suppression,
)
from intake.sheet.queue.removal_orders import IS_LEAVING
from intake.sheet.queue.statuses import CLOSED
from intake.staff.sessions import LONGEST


class Rule(StrEnum):
    """What the policy does, in the order in which it is done."""

    SHEET = "sheet"
    HELD = "held"
    REQUESTS = "requests"
    DETAILS = "details"
    SIGN_INS = "sign_ins"
    SESSIONS = "sessions"
    LEFTOVERS = "leftovers"


Found = Select[int, datetime]
"""The ids, and since when each is over by its own time."""

_HOLDS_DETAILS = or_(
    Lead.what_hurts.is_not(None),
    cast(Lead.services, Text) != "[]",
    cast(Lead.body_areas, Text) != "[]",
    QueueRow.notes != "",
    QueueRow.assigned_to != "",
)

_IS_LEFT_OVER = or_(
    exists().where(ConsentEvent.lead_id == Lead.id, ConsentOpening.leaf == ConsentEvent.leaf),
    exists().where(CallLogEntry.lead_id == Lead.id, CallLogEntry.sheet_status.is_not(None)),
)
"""Words that came in at the very moment when their person was erased."""


def over(rule: Rule, clinic: Clinic, now: datetime) -> Found:
    """Return what *rule* applies to at *now*."""
    policy = clinic.retention
    if rule is Rule.SHEET:
        closed = _closed(clinic, now - timedelta(days=policy.sheet_days))
        return closed.where(
            QueueRow.removed_at.is_(None), QueueRow.taken_out_at.is_(None), ~IS_LEAVING
        )
    if rule is Rule.HELD:
        return _leads(Lead.received_at, clinic, now - timedelta(days=policy.held_days)).where(
            Lead.hold_reason.is_not(None)
        )
    if rule is Rule.LEFTOVERS:
        return _before(Lead.id, Lead.erased_at, now).where(Lead.clinic == clinic.key, _IS_LEFT_OVER)
    if rule is Rule.SIGN_INS:
        return _before(
            SignInAttempt.id, SignInAttempt.at, now - timedelta(days=policy.sign_in_days)
        )
    if rule is Rule.SESSIONS:
        before = now - max(timedelta(days=policy.sign_in_days), LONGEST)
        ours = select(StaffMember.id).where(StaffMember.clinic == clinic.key)
        return _before(StaffSession.id, StaffSession.created_at, before).where(
            StaffSession.staff_id.in_(ours)
        )
    closed = _closed(clinic, now - relativedelta(months=policy.requests_months))
    proves = _proves_consent(now - relativedelta(years=policy.consent_years))
    return closed.where(~proves) if rule is Rule.REQUESTS else closed.where(proves, _HOLDS_DETAILS)


def _closed(clinic: Clinic, before: datetime) -> Found:
    found = _leads(QueueRow.status_at, clinic, before).join(QueueRow, QueueRow.lead_id == Lead.id)
    return found.where(QueueRow.status.in_(CLOSED))


def _leads(at: InstrumentedAttribute[Any], clinic: Clinic, before: datetime) -> Found:
    return _before(Lead.id, at, before).where(Lead.clinic == clinic.key, Lead.erased_at.is_(None))


def _before(
    key: InstrumentedAttribute[int], at: InstrumentedAttribute[Any], before: datetime
) -> Found:
    return select(key, at).where(at < before).order_by(at, key)


def _proves_consent(since: datetime) -> ColumnElement[bool]:
    """Return the condition that the request's person agreed to something and has not ended all of
    it before *since*.

    Asked for in the database, for a hundred thousand requests: what was given counts as standing
    until a withdrawal or an invalidation of it follows on the same request or address. Too careful
    rather than too quick.
    """
    given, ended = aliased(ConsentEvent), aliased(ConsentEvent)
    is_ended = exists().where(
        ended.lead_id == given.lead_id,
        ended.purpose == given.purpose,
        ended.id > given.id,
        ended.decision.in_((Decision.WITHDRAWN, Decision.INVALIDATED)),
        ended.recorded_at < since,
    )
    is_suppressed = (
        exists()
        .where(
            Suppression.clinic == Lead.clinic,
            Suppression.address_hash == Lead.email_hash,
            Suppression.purpose == given.purpose,
            Suppression.lifted_at.is_(None),
            Suppression.since < since,
            COUNTS,
        )
        .correlate(Lead, given)
    )
    return exists().where(
        given.lead_id == Lead.id, given.decision.in_(GIVING), ~is_ended, ~is_suppressed
    )
