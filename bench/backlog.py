"""Ten thousand requests that waited through an outage, beside one request that did not wait."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from bench.desk import Desk, new_desk
from bench.figures import Figure
from tests.factories import Factory, many_leads

LEADS = 10_000
SINGLE = 15
MINUTE = timedelta(minutes=1)


def measure() -> Iterator[Figure]:
    """Requests and time for the backlog, and what a look costs once it stands in the sheet."""
    with new_desk() as desk:
        for _ in range(SINGLE):
            _one_lead(desk)
        one, glance = median(desk.wall["deliver"]), desk.usual("read back")
    with new_desk() as desk:
        with desk.database.writing() as session:
            many_leads(session, desk.clinic, LEADS, phones=LEADS - LEADS // 100)
        began = desk.run.now
        desk.run.go_on(10 * MINUTE, until=desk.is_idle)
        simulated = (desk.run.now - began).total_seconds()
        yield Figure("write requests for 10,000 leads, all steps", desk.run.count(writes=True), "")
        yield Figure("read requests for 10,000 leads, all steps", desk.run.count(writes=False), "")
        quota = Figure("the quota", 60, "")
        yield Figure(
            "writes in the busiest minute", desk.run.busiest_minute(writes=True), "", quota
        )
        yield Figure(
            "reads in the busiest minute", desk.run.busiest_minute(writes=False), "", quota
        )
        yield Figure("time at the pace that the relay keeps (simulated)", simulated, "s")
        single = Figure("one lead delivered alone", one, "s")
        yield single
        yield Figure(
            "10,000 leads delivered, without the waiting", sum(desk.wall["deliver"]), "s", single
        )
        small = Figure(f"processor time of a look at {SINGLE} rows", glance, "s")
        yield small
        desk.cpu.clear()
        desk.run.go_on(3 * MINUTE)
        yield Figure("processor time of a look at 10,000 rows", desk.usual("read back"), "s", small)


def _one_lead(desk: Desk) -> None:
    with desk.database.writing() as session:
        Factory(session, desk.clinic)(now=desk.run.now)
    desk.run.go_on(MINUTE / 4, until=desk.is_idle)
