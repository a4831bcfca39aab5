"""Everybody's consent in figures: by version of the words, how many refused, mails without a ground.

Express and implied agreements are kept apart (CASL s. 10). Each figure is one question that an index answers alone:
with half a million events nothing else is quick enough for a page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from intake.admin.charts import Chart, lines
from intake.admin.period import Period
from intake.consent.fold import GIVING
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, MailSent

ANSWERS = (*GIVING, Decision.REFUSED)
COUNTED = (*ANSWERS, Decision.WITHDRAWN)


@dataclass(frozen=True)
class Version:
    """One version of the words, and how it was answered."""

    statement: ConsentStatement
    given: int
    refused: int
    withdrawn: int

    @property
    def refusal(self) -> str:
        """The share of answers that said no; an implied agreement was not asked for, so nobody could refuse it."""
        asked = self.given + self.refused
        return f"{100 * self.refused / asked:.0f}%" if asked and self.statement.basis is Basis.EXPRESS else "–"


def statements_of(session: Session, clinic: str) -> Sequence[ConsentStatement]:
    """Every version of the clinic's words, the newest first."""
    return session.scalars(
        select(ConsentStatement)
        .where(ConsentStatement.clinic == clinic)
        .order_by(ConsentStatement.purpose, ConsentStatement.version.desc(), ConsentStatement.language)
    ).all()


def by_version(session: Session, statements: Sequence[ConsentStatement], since: datetime) -> list[Version]:
    """How each version was answered since then, and how often what it asked for was withdrawn."""
    rows = session.execute(
        select(ConsentEvent.statement_id, ConsentEvent.decision, func.count())
        .where(ConsentEvent.decision.in_(COUNTED), ConsentEvent.statement_id.in_([one.id for one in statements]))
        .where(ConsentEvent.recorded_at >= since)
        .group_by(ConsentEvent.statement_id, ConsentEvent.decision)
    )
    counts = {(statement, decision): number for statement, decision, number in rows}
    return [
        Version(
            statement,
            given=sum(counts.get((statement.id, decision), 0) for decision in GIVING),
            refused=counts.get((statement.id, Decision.REFUSED), 0),
            withdrawn=counts.get((statement.id, Decision.WITHDRAWN), 0),
        )
        for statement in statements
    ]


def refusals(session: Session, statements: Sequence[ConsentStatement], months: Period) -> Chart:
    """The share of express answers that said no, by purpose and month."""
    asked = {one.id: one.purpose for one in statements if one.basis is Basis.EXPRESS}
    portions = [
        select(literal(month), ConsentEvent.statement_id, ConsentEvent.decision, func.count())
        .where(ConsentEvent.decision.in_(ANSWERS), ConsentEvent.statement_id.in_(asked))
        .where(ConsentEvent.recorded_at >= start, ConsentEvent.recorded_at < end)
        .group_by(ConsentEvent.statement_id, ConsentEvent.decision)
        for month, start, end in months.months
    ]
    said, refused = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for month, statement, decision, number in session.execute(union_all(*portions)):
        if statement is None:
            continue
        said[asked[statement], month] += number
        refused[asked[statement], month] += number if decision is Decision.REFUSED else 0
    labels = [month for month, _, _ in months.months]
    series: Mapping[str, list[float | None]] = {
        purpose: [round(100 * refused[purpose, m] / said[purpose, m], 1) if said[purpose, m] else None for m in labels]
        for purpose in sorted(set(asked.values()))
    }
    return lines("Refused, of all answers to a box, by month", labels, series, "%")


def mails_without_ground(session: Session, clinic: str) -> int:
    """How many mails went out without a ground: none may."""
    number = session.scalar(
        select(func.count())
        .select_from(MailSent)
        .join(Lead, Lead.id == MailSent.lead_id)
        .where(func.trim(MailSent.ground) == "", Lead.clinic == clinic)
    )
    return number or 0
