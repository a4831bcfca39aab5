"""Everybody's consent in figures: by version of the words, how many refused, mails without a
ground.

Express and implied agreements are kept apart (CASL s. 10). Each figure is one question that an
index answers alone: with half a million events nothing else is quick enough for a page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, literal, literal_column, select, union_all
from sqlalchemy.orm import Session

from intake.admin.charts import Chart, lines
from intake.admin.period import MonthRange
from intake.consent.ended_agreements import ENDED_SOMETHING
from intake.consent.fold import GIVING
from intake.db import batched
from intake.models import Basis, ConsentEvent, ConsentStatement, Decision, Lead, MailSent

ANSWERS = (*GIVING, Decision.REFUSED)

Counts = Mapping[tuple[int, Decision, str], int]
"""Counts by statement, decision and month."""


@dataclass(frozen=True)
class VersionAnswers:
    """One version of the words, and how it was answered."""

    statement: ConsentStatement
    given: int
    refused: int
    withdrawn: int

    @property
    def refusal(self) -> str:
        """The share of answers that said no; an implied agreement was not asked for, so nobody
        could refuse it.
        """
        asked = self.given + self.refused
        return (
            f"{100 * self.refused / asked:.0f}%"
            if asked and self.statement.basis is Basis.EXPRESS
            else "–"
        )


def counts_of(
    session: Session, statements: Sequence[ConsentStatement], months: MonthRange
) -> Counts:
    """Return how often each version was answered so, and what it asked for withdrawn, in each
    month.

    A question for each; of the answers, which are many, an index alone tells.
    """
    portions = [
        select(literal(month), ConsentEvent.statement_id, ConsentEvent.decision, func.count())
        .where(*which, ConsentEvent.statement_id.in_([one.id for one in statements]))
        .where(ConsentEvent.recorded_at >= start, ConsentEvent.recorded_at < end)
        .group_by(ConsentEvent.statement_id, ConsentEvent.decision)
        for month, start, end in months.months
        for which in ([ConsentEvent.decision.in_(ANSWERS)], ENDED_SOMETHING)
    ]
    rows = session.execute(union_all(*portions))
    return {
        (statement or 0, decision, month): number for month, statement, decision, number in rows
    }


def by_version(counts: Counts, statements: Sequence[ConsentStatement]) -> list[VersionAnswers]:
    """Return how each version was answered, and how often what it asked for was withdrawn."""
    totals = Counter[tuple[int, Decision]]()
    for (statement, decision, _), number in counts.items():
        totals[statement, decision] += number
    return [
        VersionAnswers(
            one,
            given=sum(totals[one.id, decision] for decision in GIVING),
            refused=totals[one.id, Decision.REFUSED],
            withdrawn=totals[one.id, Decision.WITHDRAWN],
        )
        for one in statements
    ]


def refusals(counts: Counts, statements: Sequence[ConsentStatement], months: MonthRange) -> Chart:
    """Return the share of express answers that said no, by purpose and month."""
    asked = {one.id: one.purpose for one in statements if one.basis is Basis.EXPRESS}
    said, refused = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for (statement, decision, month), number in counts.items():
        if statement in asked and decision in ANSWERS:
            said[asked[statement], month] += number
            refused[asked[statement], month] += number if decision is Decision.REFUSED else 0
    labels = [month for month, _, _ in months.months]
    series: Mapping[str, list[float | None]] = {
        purpose: [
            round(100 * refused[purpose, m] / said[purpose, m], 1) if said[purpose, m] else None
            for m in labels
        ]
        for purpose in sorted(set(asked.values()))
    }
    return lines("Refused, of all answers to a box, by month", labels, series, "%")


def mails_without_ground(session: Session, clinic: str) -> int:
    """Return how many mails went out without a ground: none may, and an index of such ones says so
    at once.
    """
    without = func.trim(MailSent.ground) == literal_column("''")  # as the index is written
    found = Counter(session.scalars(select(MailSent.lead_id).where(without)))
    return sum(
        found[lead_id]
        for some in batched(found)
        for lead_id in session.scalars(
            select(Lead.id).where(Lead.clinic == clinic, Lead.id.in_(some))
        )
    )
