"""`python -m bench [admin|backlog|polling|speed|submit]`: measure and print; all of it takes some
minutes.
"""

import argparse
import logging
from functools import partial

from bench import admin, backlog, polling, submit
from bench.figures import show
from bench.speed.measure import Options
from bench.speed.measure import measure as measure_speed

PARTS = {
    "submit": ("From submit to a visible row, real processes", submit.measure),
    "backlog": ("Ten thousand leads after an outage", backlog.measure),
    "admin": ("Pages of the admin's desk, 100,000 requests", admin.measure),
    "polling": ("24 simulated hours of polling", polling.measure),
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=[*PARTS, "speed"], help="all of them without it")
    parser.add_argument("--rounds", type=int, default=Options.rounds, help="of speed")
    parser.add_argument(
        "--seconds", type=float, default=Options.seconds, help="of each load, for speed"
    )
    parser.add_argument(
        "--requests", type=int, default=Options.requests, help="in the log that speed verifies"
    )
    given = parser.parse_args()
    part, options = given.part, Options(given.rounds, given.seconds, given.requests)
    parts = PARTS | {"speed": ("Beside a plain Flask application", partial(measure_speed, options))}
    logging.disable(logging.WARNING)  # that staff spoil cells is meant
    for name, (title, measure) in parts.items():
        if part in {None, name}:
            show(title, measure())


if __name__ == "__main__":
    main()
