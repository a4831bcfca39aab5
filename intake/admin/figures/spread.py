"""What came of some requests, counted; with the minutes to the first call as a heap for each
minute. Pure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

FEW = 5
"""Groups of fewer people are not told apart: a figure of one person tells of that person."""
USUAL, MOST = 0.5, 0.9


@dataclass
class Outcome:
    """Counts of a group of requests. Spam and duplicates are not among them."""

    requests: int = 0
    due: int = 0
    """Called, or the promised time is over: those of which it is known whether the promise was
    kept.
    """
    in_time: int = 0
    reached: int = 0
    booked: int = 0
    minutes: Counter[int] = field(default_factory=Counter)
    """Minutes of opening time until the first call; only of those who were called."""

    def add(self, other: "Outcome") -> None:
        """Count the requests of *other* as well."""
        self.requests += other.requests
        self.due += other.due
        self.in_time += other.in_time
        self.reached += other.reached
        self.booked += other.booked
        self.minutes.update(other.minutes)

    @property
    def called(self) -> int:
        """Return how many were called at least once."""
        return self.minutes.total()

    @property
    def usual(self) -> int | None:
        """The median of the minutes; None before the first call."""
        return quantile(self.minutes, USUAL)

    @property
    def most(self) -> int | None:
        """Return what nine of ten did not have to wait longer than."""
        return quantile(self.minutes, MOST)

    @property
    def longest(self) -> int | None:
        """The longest that anybody waited who was called."""
        return max(self.minutes, default=None)

    @property
    def is_few(self) -> bool:
        """Whether the group is too small to be told apart."""
        return self.requests < FEW


def sum_outcomes(outcomes: Iterable[Outcome]) -> Outcome:
    """Return all of them as one group."""
    whole = Outcome()
    for one in outcomes:
        whole.add(one)
    return whole


def share(part: int, whole: int) -> float | None:
    """In per cent; None of nothing."""
    return 100 * part / whole if whole else None


def quantile(heaps: Counter[int], part: float) -> int | None:
    """Return the smallest value that at least this *part* of the counted ones do not exceed
    (nearest rank).
    """
    values = sorted(heaps)
    needed = part * heaps.total()
    sums = accumulate(heaps[value] for value in values)
    return next(
        (value for value, so_far in zip(values, sums, strict=True) if so_far >= needed), None
    )
