"""What is compared, under which name, and which of it is better when it is less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measure:
    """A figure that both sides have: its key in a round's figures, its words, its unit."""

    key: str
    words: str
    unit: str
    less_is_better: bool = True


MEASURES = (
    Measure("request rate", "requests, plain", "/s", less_is_better=False),
    Measure("request p99", "their p99", "ms"),
    Measure("request longest", "their longest", "ms"),
    Measure("request cpu", "processor time of a request", "ms"),
    Measure("mix rate", "requests, a day’s mix with limits", "/s", less_is_better=False),
    Measure("mix p99", "their p99", "ms"),
    Measure("mix cpu", "processor time of one of them", "ms"),
    Measure("slow rate", "requests, 5 ms more a sync, 32 connections", "/s", less_is_better=False),
    Measure("slow p99", "their p99", "ms"),
    Measure("form rate", "GET of the form", "/s", less_is_better=False),
    Measure("form p99", "their p99", "ms"),
    Measure("form cpu", "processor time of a GET", "ms"),
    Measure("memory", "memory of all processes (sum of RSS)", "MiB"),
    Measure("start", "start to first answer", "s"),
    Measure("help", "list of commands (--help)", "s"),
)


@dataclass(frozen=True)
class Compared:
    """A measure over all rounds: the medians, and the ratios of each round."""

    measure: Measure
    baseline: float
    product: float
    ratios: Sequence[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios: how many times as much as the baseline."""
        return median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        """The least and the greatest ratio."""
        return min(self.ratios), max(self.ratios)


def compared(
    baseline: Sequence[Mapping[str, float]], product: Sequence[Mapping[str, float]]
) -> list[Compared]:
    """Return every measure that was taken, in order, from the rounds of both sides."""
    found = []
    for measure in MEASURES:
        if all(measure.key in taken for taken in (*baseline, *product)):
            theirs, ours = ([taken[measure.key] for taken in side] for side in (baseline, product))
            ratios = [one / other for one, other in zip(ours, theirs, strict=True) if other]
            if ratios:
                found.append(Compared(measure, median(theirs), median(ours), ratios))
    return found
