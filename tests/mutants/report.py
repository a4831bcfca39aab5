"""What came of a sample, in figures and as differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff

from tests.mutants.sample import Mutant

MOST_SURVIVORS = 0.05


@dataclass
class Score:
    """What became of the changes of a room."""

    noticed: int = 0
    survived: int = 0
    equivalent: int = 0

    @property
    def share(self) -> float:
        """The share of those that are not equivalent and that no test noticed."""
        counted = self.noticed + self.survived
        return self.survived / counted if counted else 0.0

    def __str__(self) -> str:
        return (
            f"{self.noticed + self.survived + self.equivalent:4} drawn, {self.noticed:4} noticed, "
            f"{self.survived:3} survived, {self.equivalent:3} judged equivalent: "
            f"{self.share:.1%} survive"
        )


def figures(scores: dict[str, Score]) -> Iterator[str]:
    """A line for each room, and one for all."""
    yield from (f"{name:12}{score}" for name, score in scores.items())
    yield f"{'all':12}{total(scores)}"


def total(scores: dict[str, Score]) -> Score:
    """The sum of all rooms."""
    everything = scores.values()
    return Score(
        sum(one.noticed for one in everything),
        sum(one.survived for one in everything),
        sum(one.equivalent for one in everything),
    )


def differences(survivors: Sequence[Mutant]) -> Iterator[str]:
    """Each change that no test noticed, as a difference."""
    for mutant in survivors:
        lines = unified_diff(
            mutant.before.splitlines(),
            mutant.after.splitlines(),
            mutant.path,
            f"{mutant.path} #{mutant.number}",
            lineterm="",
            n=2,
        )
        yield "\n".join(lines)
