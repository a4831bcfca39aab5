"""The page of everybody's consent: its figures and lists, gathered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from intake.admin.charts import Chart
from intake.admin.consents.population import (
    VersionAnswers,
    by_version,
    counts_of,
    mails_without_ground,
    refusals,
)
from intake.admin.consents.unverified import AllUnverified, unverified
from intake.admin.consents.windows import Endings, endings
from intake.admin.consents.withdrawals import Times, withdrawal_times
from intake.admin.period import MonthRange
from intake.config import Clinic
from intake.consent.statements import statements_of
from intake.models import Lead


@dataclass(frozen=True)
class Everybody:
    """What the page shows."""

    versions: Sequence[VersionAnswers]
    refusals: Chart
    unverified: AllUnverified
    times: Times
    endings: Endings
    without_ground: int

    @property
    def leads(self) -> list[Lead]:
        """Return whoever stands on one of the lists."""
        return [
            *(one.lead for one in self.unverified.newest),
            *(one.lead for one in self.times.newest),
            *(one.lead for one in self.endings.next),
        ]


def everybodys(session: Session, clinic: Clinic, months: MonthRange, *, now: datetime) -> Everybody:
    """Return the report on the given months; the endings are those of the next thirty days."""
    statements = statements_of(session, clinic.key)
    counts = counts_of(session, statements, months)
    return Everybody(
        versions=by_version(counts, statements),
        refusals=refusals(counts, statements, months),
        unverified=unverified(session, statements, months.start),
        times=withdrawal_times(session, statements, months.start, clinic),
        endings=endings(session, clinic, now=now),
        without_ground=mails_without_ground(session, clinic.key),
    )
