"""The months that a page of figures looks back: chosen by a link, because they are nothing
personal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from intake.config import Clinic

CHOICES = (3, 12, 24)
USUAL = 12


@dataclass(frozen=True)
class MonthRange:
    """Whole months of the clinic's calendar up to now, the present one among them."""

    months: Sequence[tuple[str, datetime, datetime]]
    """Each month as "2026-11", its first instant, and that of the next one."""

    @property
    def start(self) -> datetime:
        """The first instant."""
        return self.months[0][1]


def period(months: int, clinic: Clinic, *, now: datetime) -> MonthRange:
    """Return the last *months* months."""
    this_month = now.astimezone(clinic.time_zone).date().replace(day=1)
    firsts = [this_month - relativedelta(months=back) for back in range(months - 1, -2, -1)]
    starts = [datetime.combine(first, time(), clinic.time_zone) for first in firsts]
    return MonthRange([(f"{one:%Y-%m}", one, following) for one, following in pairwise(starts)])


def chosen_months(typed: str | None) -> int:
    """Return how many months an address asks for; the usual ones where it asks for nothing that is
    offered.
    """
    return next((months for months in CHOICES if str(months) == typed), USUAL)
