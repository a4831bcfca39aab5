"""What came of the requests of a period, whole and by what was asked: counted in the database.

Each question returns some dozen groups; the minutes of a group come as one text, from which medians
are taken exactly on both engines. Grouping by minutes as well would have the database sort every
request by them, which is slower. What is asked of a request stands in an index of its own
(`ix_lead_counted`).
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from intake.admin.figures.period import DayRange
from intake.admin.figures.spread import Outcome, sum_outcomes
from intake.config import Clinic
from intake.models import Lead, QueueRow, Status

NOT_COUNTED = (Status.DUPLICATE, Status.SPAM)
REACHED = (Status.REACHED, Status.BOOKED, Status.NOT_INTERESTED)
Asked = ColumnElement[Any] | InstrumentedAttribute[Any]
SPLITS: Mapping[str, Asked] = {
    "call_language": Lead.call_language,
    "form_language": Lead.form_language,
    "consult_with": Lead.consult_with,
    "consult_by": Lead.consult_by,
}
Groups = dict[str, Outcome]
"""Outcomes by answer; the answer is empty where none was given."""


def outcome(session: Session, clinic: Clinic, period: DayRange, *, now: datetime) -> Outcome:
    """Return the outcome of all requests of *period* together."""
    return sum_outcomes(_counted(session, clinic, period, now, {}).values())


def outcomes(
    session: Session, clinic: Clinic, period: DayRange, *, now: datetime
) -> Mapping[str, Groups]:
    """Return the outcomes by each of `SPLITS`. One statement counts all of them, and reads the
    requests once.
    """
    found: dict[str, Groups] = {name: defaultdict(Outcome) for name in SPLITS}
    for answers, one in _counted(session, clinic, period, now, SPLITS).items():
        for name, answer in zip(SPLITS, answers, strict=True):
            found[name][answer or ""].add(one)
    return found


def by_service(session: Session, clinic: Clinic, period: DayRange, *, now: datetime) -> Groups:
    """Return the outcomes by service; a request with two services counts for both."""
    groups: Groups = defaultdict(Outcome)
    for (ticked,), one in _counted(
        session, clinic, period, now, {"services": cast(Lead.services, Text)}
    ).items():
        for service in json.loads(ticked or "[]") or [""]:
            groups[service].add(one)
    return groups


def _counted(
    session: Session, clinic: Clinic, period: DayRange, now: datetime, split: Mapping[str, Asked]
) -> Mapping[Sequence[str | None], Outcome]:
    """Count what came of the requests, by the answers that tell them apart."""
    by = [column.label(name) for name, column in split.items()]
    found = session.execute(
        select(
            func.aggregate_strings(cast(QueueRow.first_call_minutes, Text), ","),
            func.count(),
            _number(or_(QueueRow.first_called_at.is_not(None), Lead.call_by < now)),
            _number(QueueRow.first_called_at <= Lead.call_by),
            _number(QueueRow.status.in_(REACHED)),
            _number(QueueRow.status == Status.BOOKED),
            *by,
        )
        .select_from(Lead)
        .outerjoin(QueueRow, QueueRow.lead_id == Lead.id)
        .where(Lead.clinic == clinic.key, Lead.hold_reason.is_(None))
        .where(Lead.received_at >= period.start, Lead.received_at <= period.end)
        .where(or_(QueueRow.status.is_(None), QueueRow.status.not_in(NOT_COUNTED)))
        .group_by(*by)
    )
    return {
        tuple(answers): Outcome(count, due, in_time, reached, booked, _waits(minutes))
        for minutes, count, due, in_time, reached, booked, *answers in found
    }


def _waits(minutes: str | None) -> Counter[int]:
    """Return how many were called after so many minutes; of "12,0,12" two after twelve."""
    heaps = Counter(minutes.split(",") if minutes else ())
    return Counter({int(waited): count for waited, count in heaps.items()})


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
