"""`python -m bench [admin|backlog|polling|submit]`: measure and print; all of it takes some minutes."""

import argparse
import logging

from bench import admin, backlog, polling, submit
from bench.figures import show

PARTS = {
    "submit": ("From submit to a visible row, real processes", submit.measure),
    "backlog": ("Ten thousand leads after an outage", backlog.measure),
    "admin": ("Pages of the admin's desk, 100,000 requests", admin.measure),
    "polling": ("24 simulated hours of polling", polling.measure),
}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="all of them without it")
    part = parser.parse_args().part
    logging.disable(logging.WARNING)  # that staff spoil cells is meant
    for name, (title, measure) in PARTS.items():
        if part in {None, name}:
            show(title, measure())


if __name__ == "__main__":
    main()
