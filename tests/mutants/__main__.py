"""`make mutants SAMPLE=400 SEED=7`: change a rule in one place, and see whether a test of its room
notices.

Ends with 1 when more than one in twenty of the changes was noticed by no test. Not a part of `make
test`: four hundred changes take an hour or two. Libraries were looked at and do not fit: mutmut
changes everything at once and draws no sample, cosmic-ray knows one test command for all files.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.judged import judged_equivalent
from tests.mutants.nursery import Nursery
from tests.mutants.report import MOST_SURVIVORS, Score, differences, figures, total
from tests.mutants.sample import Mutant, draw

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Draw, try each, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--room", action="append", default=[], help="only this room (may be given several times)"
    )
    options = parser.parse_args()
    drawn = draw(ROOT, options.sample, options.seed, options.room)
    judged, scores, survivors = judged_equivalent(), defaultdict[str, Score](Score), list[Mutant]()
    with TemporaryDirectory(prefix="mutants-") as folder:
        nursery = Nursery(ROOT, Path(folder) / "tree")
        entered = ""
        for at, mutant in enumerate(drawn, 1):
            tests = [f"tests/{name}" for name in mutant.room.tests]
            if mutant.room.name != entered and not nursery.is_green(tests):
                sys.exit(
                    f"{nursery.said()}\n\nThe tests of {mutant.room.name} are red without "
                    "any change."
                )
            entered, score = mutant.room.name, scores[mutant.room.name]
            if mutant.key in judged:
                score.equivalent += 1
            elif nursery.notices(
                mutant.path, mutant.after, tests, on_postgresql=not mutant.room.is_pure
            ):
                score.noticed += 1
            else:
                score.survived += 1
                survivors.append(mutant)
                print(
                    f"{at} of {len(drawn)}, not noticed:\n{next(differences([mutant]))}\n",
                    flush=True,
                )
    print("\n".join(figures(scores)))
    return int(total(scores).share > MOST_SURVIVORS)


if __name__ == "__main__":
    sys.exit(main())
