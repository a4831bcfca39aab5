"""The year's breaches as the Commissioner wants them counted, by March 1 (O. Reg. 329/04 s. 6.4),
as CSV.
"""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO

from intake.models import Breach
from intake.privacy.breaches import KINDS
from intake.spreadsheet_text import neutral

BANDS = (
    ("one person", 1, 1),
    ("2 to 10", 2, 10),
    ("11 to 50", 11, 50),
    ("51 to 100", 51, 100),
    ("over 100", 101, None),
)
"""The number of people that a breach concerned, in bands."""
Line = tuple[str, int]


def statistics(register: Sequence[Breach], year: int) -> list[Line]:
    """Return how often each kind of breach was found in *year*, then by the number of people, and
    how many were reported.
    """
    found = [breach for breach in register if breach.found_on.year == year]
    kinds = [(words, sum(breach.kind == kind for breach in found)) for kind, words in KINDS.items()]
    bands = [
        (
            f"People: {words}",
            sum(
                low <= breach.people and (high is None or breach.people <= high) for breach in found
            ),
        )
        for words, low, high in BANDS
    ]
    told = sum(breach.ipc_told_on is not None for breach in found)
    return [
        *kinds,
        ("All breaches", len(found)),
        *bands,
        ("Reported to the Commissioner when they happened", told),
    ]


def as_csv(lines: Sequence[Line], year: int) -> str:
    """Return the counts as a table."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([f"Personal health information, {year}", "count"])
    writer.writerows((neutral(words), count) for words, count in lines)
    return out.getvalue()


def due_on(year: int) -> date:
    """Return the day by which the counts of *year* must be there."""
    return date(year + 1, 3, 1)
