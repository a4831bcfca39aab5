"""The overview as its page shows it: figures beside those of the time before, tables by what was
asked, charts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy.orm import Session

from intake.admin.charts import Chart, bars
from intake.admin.figures.arrivals import ArrivalCounts, arrivals
from intake.admin.figures.outcomes import Groups, by_service, outcome, outcomes
from intake.admin.figures.period import before, lasting
from intake.admin.figures.spread import FEW, Outcome, share, sum_outcomes
from intake.choices import CONSULT_BY, NOT_SURE, NOT_SURE_WORDS
from intake.config import Clinic, Offer
from intake.sheet.queue.rows import LANGUAGES

NONE = "–"
NOT_SAID = "Not said"
EDGES = (0, 15, 30, 60, 120, 240)
"""Minutes until the first call, where one bar ends and the next begins."""


@dataclass(frozen=True)
class Figure:
    """A number with its meaning, and what it was in the time before."""

    value: str
    what: str
    before: str


@dataclass(frozen=True)
class Group:
    """A line of a table."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Requests told apart by one thing."""

    id: str
    title: str
    groups: Sequence[Group]


@dataclass(frozen=True)
class FiguresPage:
    """All of the page."""

    days: int
    is_empty: bool
    figures: Sequence[Figure]
    tables: Sequence[Table]
    charts: Sequence[Chart]


def overview(session: Session, clinic: Clinic, days: int, *, now: datetime) -> FiguresPage:
    """Return the figures of the last *days* days."""
    period = lasting(days, clinic.time_zone, now=now)
    then = outcome(session, clinic, before(period, clinic.time_zone), now=now)
    split = outcomes(session, clinic, period, now=now)
    whole = sum_outcomes(split["call_language"].values())  # everybody is called in some language
    if not whole.requests:
        return FiguresPage(days, True, _figures(whole, then, clinic), (), ())
    came = arrivals(session, clinic, period)
    tables = [
        _table(
            "service",
            "By service",
            by_service(session, clinic, period, now=now),
            _names(clinic.services),
        ),
        _table(
            "with",
            "By whom the consult is with",
            split["consult_with"],
            _names(clinic.practitioners),
        ),
        _table("by", "By how the consult is held", split["consult_by"], CONSULT_BY),
        _table(
            "form",
            "By form",
            split["form_language"],
            {key: f"{name} form" for key, name in LANGUAGES.items()},
        ),
        _table("language", "By language of the call", split["call_language"], LANGUAGES),
    ]
    return FiguresPage(days, False, _figures(whole, then, clinic), tables, _charts(came, whole))


def _figures(now: Outcome, then: Outcome, clinic: Clinic) -> list[Figure]:
    promised = clinic.call_within_minutes
    told: Sequence[tuple[str, Callable[[Outcome], str]]] = (
        ("requests", lambda one: f"{one.requests:,}"),
        ("called by the promised time", lambda one: _percent(one.in_time, one.due)),
        (f"to the first call, median (promised: {promised} min)", lambda one: _minutes(one.usual)),
        (
            f"to the first call, nine of ten (longest: {_minutes(now.longest)})",
            lambda one: _minutes(one.most),
        ),
        ("reached", lambda one: _percent(one.reached, one.requests)),
        ("booked", lambda one: _percent(one.booked, one.requests)),
    )
    return [Figure(say(now), what, say(then)) for what, say in told]


def _table(id_: str, title: str, groups: Groups, names: Mapping[str, str]) -> Table:
    """In the order of *names*, then what has no name any more, then those who said nothing."""
    order = [
        *(key for key in names if key in groups),
        *sorted(groups.keys() - names.keys() - {""}),
        *({""} & groups.keys()),
    ]
    return Table(
        id_, title, [Group(names.get(key, key) or NOT_SAID, _cells(groups[key])) for key in order]
    )


def _cells(one: Outcome) -> tuple[str, ...]:
    if one.is_few:
        return (f"fewer than {FEW}", *[NONE] * 5)
    return (
        f"{one.requests:,}",
        _percent(one.in_time, one.due),
        _minutes(one.usual),
        _minutes(one.most),
        _percent(one.reached, one.requests),
        _percent(one.booked, one.requests),
    )


def _names(offers: Iterable[Offer]) -> dict[str, str]:
    return {offer.key: offer.en for offer in offers} | {NOT_SURE: NOT_SURE_WORDS}


def _charts(came: ArrivalCounts, whole: Outcome) -> list[Chart]:
    return [
        bars(
            "Requests a week, by its first day" if came.is_weekly else "Requests a day",
            came.over_time,
        ),
        bars("Requests by hour of the day", came.by_hour),
        bars("Requests by day of the week", came.by_weekday),
        bars("Opening time until the first call", _waits(whole), unit="%"),
    ]


def _waits(whole: Outcome) -> list[tuple[str, float]]:
    """In shares of those who were called; nothing before the first call."""
    if not whole.called:
        return []
    edges = [*pairwise(EDGES), (EDGES[-1], None)]
    counts = [
        sum(
            count
            for waited, count in whole.minutes.items()
            if waited >= start and (end is None or waited < end)
        )
        for start, end in edges
    ]
    names = [f"{start} to {end} min" if end else f"over {start} min" for start, end in edges]
    return [
        (name, round(share(count, whole.called) or 0, 1))
        for name, count in zip(names, counts, strict=True)
    ]


def _percent(part: int, whole: int) -> str:
    found = share(part, whole)
    return NONE if found is None else f"{found:.0f}%"


def _minutes(minutes: int | None) -> str:
    return NONE if minutes is None else f"{minutes} min"
