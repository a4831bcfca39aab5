"""Run the clinic's retention policy: say first what would go, then let it go, a hundred at a time,
and report.

Each portion is a transaction of its own that also counts itself in the report: a run that is
stopped loses nothing, and the next one goes on. Consent events, the suppression list, certificates,
the access log and the breach register are never touched by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from intake.config import Clinic
from intake.db import Database
from intake.models import Act, Correction, Lead, RetentionRun, SignInAttempt, StaffSession
from intake.privacy.erase import Ground, empty_staff_words, empty_words, erase
from intake.privacy.retention_rules import Rule, over
from intake.privacy.scrub import ask_to_scrub
from intake.sheet.queue.removal_orders import order_removal
from intake.staff.access_log import note
from intake.staff.actor import Actor

PORTION = 100


@dataclass(frozen=True)
class Outlook:
    """What one rule would do now: to how many, and since when the oldest of them is over by its own
    time.
    """

    rule: Rule
    count: int
    oldest: datetime | None


@dataclass(frozen=True)
class RunBy:
    """In whose name a run is made, and from where."""

    who: Actor
    endpoint: str


def outlook(session: Session, clinic: Clinic, *, now: datetime) -> list[Outlook]:
    """Return the dry run: every rule in order; changes nothing."""
    found = []
    for rule in Rule:
        listed = over(rule, clinic, now).order_by(None).subquery()
        count, oldest = session.execute(
            select(func.count(), func.min(listed.c[1])).select_from(listed)
        ).one()
        found.append(Outlook(rule, count, oldest))
    return found


def is_left(session: Session, clinic: Clinic, *, over_at: datetime) -> bool:
    """Return whether something that was over at that time is still there: no run came by since."""
    return any(
        session.execute(over(rule, clinic, over_at).limit(1)).first() is not None for rule in Rule
    )


def run_retention(
    database: Database, clinic: Clinic, hand: RunBy, *, now: datetime, at_most: int | None = None
) -> RetentionRun | None:
    """Do it, *at_most* so many portions of each rule; the report, or None when there was nothing to
    do.
    """
    report_id: int | None = None
    for rule in Rule:
        done, before, portions = [0] * PORTION, list[int](), 0
        # A rule that changed nothing would else go on for ever
        while len(done) == PORTION and done != before and portions != at_most:
            portions += 1
            with database.writing() as session:
                done, before = _portion(session, rule, clinic, hand, now), done
                if done:
                    report_id = _count(session, report_id, rule, len(done), clinic, hand, now)
    if report_id is None:
        return None
    with database.writing() as session:
        report = session.get_one(RetentionRun, report_id)
        said = ", ".join(f"{rule} {count}" for rule, count in report.counts.items())
        note(
            session,
            hand.who,
            Act.RETAINED,
            f"retention: {said}",
            clinic=clinic.key,
            endpoint=hand.endpoint,
            now=now,
        )
        return report


def reports(session: Session, clinic: Clinic, limit: int = 20) -> Sequence[RetentionRun]:
    """Earlier runs, the newest first."""
    return session.scalars(
        select(RetentionRun)
        .where(RetentionRun.clinic == clinic.key)
        .order_by(RetentionRun.id.desc())
        .limit(limit)
    ).all()


def _portion(session: Session, rule: Rule, clinic: Clinic, hand: RunBy, now: datetime) -> list[int]:
    ids = [key for key, _ in session.execute(over(rule, clinic, now).limit(PORTION))]
    if rule is Rule.SIGN_INS:
        session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(ids)))
    elif rule is Rule.SESSIONS:
        session.execute(delete(StaffSession).where(StaffSession.id.in_(ids)))
    else:
        for lead in session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id)).all():
            _end(session, rule, lead, hand, now)
    return ids


def _end(session: Session, rule: Rule, lead: Lead, hand: RunBy, now: datetime) -> None:
    if rule is Rule.SHEET:
        order_removal(session, lead.id, now=now)
    elif rule is Rule.DETAILS:
        _empty_details(session, lead, now)
    elif rule is Rule.LEFTOVERS:
        empty_words(session, lead)
    else:
        erase(session, lead, hand.who, ground=Ground.RETENTION, endpoint=hand.endpoint, now=now)


def _empty_details(session: Session, lead: Lead, now: datetime) -> None:
    lead.what_hurts, lead.services, lead.body_areas = None, [], []
    empty_staff_words(session, lead)
    session.execute(
        delete(Correction).where(Correction.lead_id == lead.id, Correction.field == "what_hurts")
    )
    ask_to_scrub(session, now=now)


def _count(
    session: Session,
    report_id: int | None,
    rule: Rule,
    done: int,
    clinic: Clinic,
    hand: RunBy,
    now: datetime,
) -> int:
    report = session.get(RetentionRun, report_id) if report_id else None
    if report is None:
        policy = clinic.retention.model_dump()
        report = RetentionRun(
            clinic=clinic.key, at=now, by=hand.who.called, policy=policy, counts={}
        )
        session.add(report)
    report.counts = {**report.counts, rule.value: report.counts.get(rule.value, 0) + done}
    session.flush()
    return report.id
