"""Figures as a table: what was measured, and as how many times of what, because seconds say more of
the machine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Figure:
    """A measured number with its unit; *of* is what it is compared with."""

    what: str
    value: float
    unit: str
    of: "Figure | None" = None

    @property
    def shown(self) -> str:
        """The number with its unit; counts are whole."""
        return f"{self.value:,.3f} s" if self.unit == "s" else f"{self.value:,.0f} {self.unit}"

    @property
    def ratio(self) -> str:
        """Return how many times as much as *of*."""
        return (
            f"{self.value / self.of.value:8,.2f} × {self.of.what}"
            if self.of and self.of.value
            else ""
        )


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print them."""
    print(f"\n{title}")
    for figure in figures:
        print(f"  {figure.what:<52}{figure.shown:>14}  {figure.ratio}".rstrip(), flush=True)


def p95(values: Sequence[float]) -> float:
    """Return what 95 of 100 do not exceed."""
    return quantiles(values, n=20, method="inclusive")[-1]
