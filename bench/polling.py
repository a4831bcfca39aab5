"""A day and a night of polling against Google's quota: one on which nothing happens, and a busy
one.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from bench.desk import Desk, new_desk
from bench.figures import Figure
from intake.demo.sandbox.values import plain
from tests.conftest import NOON
from tests.factories import Factory

DAY, WORKING, MINUTE = timedelta(hours=24), timedelta(hours=9), timedelta(minutes=1)
REQUESTS = 200
# between two looks at the database, which cost Google nothing: else the simulation would take an
# hour
POLL = 5.0
EDITS = (
    ("Assigned to", "Marie-Ève"),
    ("Status", "No answer"),
    ("Status", "Booked"),
    ("Notes", "call after five"),
)
SPOILED = ("Phone", "her mum")
QUOTA = Figure("the quota", 60, "")


def measure() -> Iterator[Figure]:
    """Both days."""
    with new_desk() as desk:
        desk.run.go_on(DAY, poll=POLL)
        yield from _figures("idle", desk)
    with new_desk() as desk:
        desk.run.go_on(DAY, poll=POLL, meanwhile=_busy(desk, random.Random(1)))  # noqa: S311  (no secret)
        yield from _figures(f"with {REQUESTS} requests", desk)


def _figures(kind: str, desk: Desk) -> Iterator[Figure]:
    for name, writes in (("reads", False), ("writes", True)):
        allowed = Figure("of what the quota allows", DAY / MINUTE * QUOTA.value, "")
        yield Figure(f"{name} in 24 h, {kind}", desk.run.count(writes=writes), "", allowed)
        yield Figure(
            f"{name} in the worst minute, {kind}", desk.run.busiest_minute(writes=writes), "", QUOTA
        )


def _busy(desk: Desk, chance: random.Random) -> Callable[[datetime], None]:
    """Requests all over the working hours; some minutes later staff fill in each row, and spoil
    every tenth.
    """
    plan: list[tuple[datetime, Callable[[], None]]] = []
    for number in range(REQUESTS):
        name, at = f"P{number}", NOON + chance.random() * WORKING
        plan.append((at, partial(_ask, desk, name, at)))
        for title, words in [*EDITS, SPOILED] if number % 10 == 0 else EDITS:
            at += chance.uniform(1, 10) * MINUTE
            plan.append((at, partial(_edit, desk, name, title, words)))
    plan.sort(key=lambda one: one[0], reverse=True)

    def happens(now: datetime) -> None:
        while plan and plan[-1][0] <= now:
            plan.pop()[1]()

    return happens


def _ask(desk: Desk, name: str, now: datetime) -> None:
    with desk.database.writing() as session:
        Factory(session, desk.clinic)(name=name, now=now)


def _edit(desk: Desk, name: str, title: str, words: str) -> None:
    tab = next(
        tab
        for tab in desk.sandbox.workbook.state["sheets"]
        if tab["properties"]["title"] == "Queue"
    )
    header, *lines = [[plain(cell) for cell in row] for row in tab["rows"]]
    row = next(at for at, line in enumerate(lines, start=1) if line[header.index("Name")] == name)
    desk.sandbox.staff("edit", row=row, column=header.index(title), value=words)
