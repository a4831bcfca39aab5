"""When requests come: more of them lately, on weekdays, before noon and in the evening; in their
order.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
PERIOD = timedelta(days=730)
BY_WEEKDAY = (1.25, 1.15, 1.05, 1.0, 0.85, 0.45, 0.5)
BY_HOUR = (
    0.2,
    0.1,
    0.05,
    0.05,
    0.05,
    0.15,
    0.5,
    1.0,
    1.7,
    2.2,
    2.3,
    2.0,
    1.8,
    1.7,
    1.6,
    1.5,
    1.5,
    1.6,
    1.8,
    2.1,
    2.2,
    1.7,
    1.0,
    0.5,
)
GROWTH = 0.6
"""So much busier is the last day than the first."""


def arrivals(
    number: int, zone: ZoneInfo, chance: random.Random, *, until: datetime
) -> Iterator[datetime]:
    """*number* instants of the two years before *until*, oldest first."""
    hours = int(PERIOD / HOUR)
    start = until - hours * HOUR
    weights = [_weight((start + at * HOUR).astimezone(zone), at / hours) for at in range(hours)]
    heaps = list(accumulate(weights))
    for at in range(number):
        place = (at + chance.random()) / number * heaps[-1]
        hour = min(bisect_left(heaps, place), hours - 1)
        within = 1 - (heaps[hour] - place) / weights[hour]
        yield start + (hour + min(max(within, 0.0), 1.0)) * HOUR


def _weight(local: datetime, age: float) -> float:
    return BY_WEEKDAY[local.weekday()] * BY_HOUR[local.hour] * (1 + GROWTH * age)
