"""`python -m tests.chaos --seed 7 --rounds 10`: the chaos for longer, with a report; 1 when a
promise broke.
"""

import argparse
import sys
from pathlib import Path
from tempfile import mkdtemp

from tests.chaos.plan import plan
from tests.chaos.run import run
from tests.chaos.verdict import report, wait_for_verdict
from tests.chaos.world import new_world


def main() -> int:
    """Run it and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="chaos-")) / "world"
    world = new_world(folder, options.seed)
    try:
        run(world, plan(options.seed, options.rounds))
        wrong = wait_for_verdict(world)
    finally:
        text = report(world, wrong) if "wrong" in locals() else "The run did not come to its end."
        world.close()
    print(f"{text}\ndatabase, sheet and log are in {folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
