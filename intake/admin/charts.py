"""Charts as prepared values: `templates/admin/_chart.html` draws them as SVG, with the figures as a
table beneath.

Drawn on a small canvas that is stretched, so that the writing can be read at 360 px; colours come
by class. Values are counts, shares and durations: never below nought.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

WIDTH = 400
TOP, LEFT, RIGHT, FLOOR = 12, 40, 392, 190
HEIGHT = 212
LYING_ROW, LYING_BAR = 34, 12
FEW = 8
"""Up to so many bars lie below one another, each with its whole label; more of them stand."""
SHORT_LABEL = 5
LABELS, DOTS, SHORT_TABLE = 6, 45, 12
STEPS = (1, 2, 2.5, 5, 10, 20, 25, 50, 100)
THOUSAND, MILLION = 1000, 1_000_000

Point = tuple[str, float]
Series = Mapping[str, Sequence[float | None]]


@dataclass(frozen=True)
class Text:
    """Words on the canvas; *anchor* as SVG says it: start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True)
class Bar:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ChartLine:
    """One series: its number (for colour and dashes), its stretches without a gap, and its single
    points.
    """

    number: int
    name: str
    stretches: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """A figure. Its title must be the only such one of its page: the ids are made from it."""

    title: str
    description: str
    height: float
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    """The table: a label, and its figures in words."""
    grid: tuple[float, ...] = ()
    texts: tuple[Text, ...] = ()
    bars: tuple[Bar, ...] = ()
    lines: tuple[ChartLine, ...] = ()
    width: int = WIDTH
    left: int = LEFT
    right: int = RIGHT

    @property
    def id(self) -> str:
        """Return the number that the ids of the page begin with."""
        return "chart-" + re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def is_short(self) -> bool:
        """Whether the table is shown at once, or on a click."""
        return len(self.rows) <= SHORT_TABLE


def bars(title: str, points: Sequence[Point], unit: str = "") -> Chart:
    """Return a bar for each of *points*, in their order."""
    rows = tuple((label, (said(value, unit),)) for label, value in points)
    chart = (
        _horizontal_bars
        if len(points) <= FEW and any(len(label) > SHORT_LABEL for label, _ in points)
        else _vertical_bars
    )
    return chart(title, _told(points, unit), ("", unit or "Number"), rows, points)


def lines(title: str, labels: Sequence[str], series: Series, unit: str = "") -> Chart:
    """Return a line for each of *series* over *labels*; None is a gap."""
    numbers = [value for values in series.values() for value in values if value is not None]
    scale = _Scale(max(numbers, default=0))
    places = [LEFT + (RIGHT - LEFT) * (at + 0.5) / max(len(labels), 1) for at in range(len(labels))]
    rows = tuple(
        (
            label,
            tuple(
                "–" if values[at] is None else said(values[at] or 0, unit)
                for values in series.values()
            ),
        )
        for at, label in enumerate(labels)
    )
    drawn = tuple(
        _line(at, name, values, places, scale)
        for at, (name, values) in enumerate(series.items(), 1)
    )
    told = "; ".join(
        f"{name}: {_told([*zip(labels, values, strict=True)], unit)}"
        for name, values in series.items()
    )
    return Chart(
        title,
        told or "No figures.",
        HEIGHT,
        ("", *series),
        rows,
        scale.grid,
        (*scale.texts, *_below(labels, places)),
        lines=drawn,
    )


def said(value: float, unit: str = "") -> str:
    """Return a figure in words: "1,234", "12.5 min", "7%"."""
    number = f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
    return f"{number}{unit}" if unit in {"", "%"} else f"{number} {unit}"


class _Scale:
    """From values to heights, by a step that people count in."""

    def __init__(self, largest: float) -> None:
        size = 10 ** (len(str(int(largest))) - 1) if largest >= 1 else 1
        is_whole = largest == int(largest)
        steps = (size * step / 10 for step in STEPS)
        step = next(step for step in steps if step * 4 >= largest and not (is_whole and step % 1))
        ticks = [step * at for at in range(5) if at == 0 or step * (at - 1) < largest] or [0]
        self.top = max(ticks[-1], step)
        self.grid = tuple(self.y(tick) for tick in ticks)
        self.texts = tuple(Text(LEFT - 6, self.y(tick) + 4, _short(tick), "end") for tick in ticks)

    def y(self, value: float) -> float:
        return round(FLOOR - (FLOOR - TOP) * max(value, 0) / self.top, 1)


def _vertical_bars(
    title: str,
    told: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, tuple[str, ...]], ...],
    points: Sequence[Point],
) -> Chart:
    scale = _Scale(max((value for _, value in points), default=0))
    room = (RIGHT - LEFT) / max(len(points), 1)
    wide = min(room * 0.7, 48)
    places = [LEFT + room * (at + 0.5) for at in range(len(points))]
    drawn = tuple(
        Bar(
            round(x - wide / 2, 1), scale.y(value), round(wide, 1), round(FLOOR - scale.y(value), 1)
        )
        for x, (_, value) in zip(places, points, strict=True)
    )
    labels = [label for label, _ in points]
    return Chart(
        title, told, HEIGHT, head, rows, scale.grid, (*scale.texts, *_below(labels, places)), drawn
    )


def _horizontal_bars(
    title: str,
    told: str,
    head: tuple[str, ...],
    rows: tuple[tuple[str, tuple[str, ...]], ...],
    points: Sequence[Point],
) -> Chart:
    largest = max((value for _, value in points), default=0) or 1
    texts, drawn = list[Text](), list[Bar]()
    for at, ((label, value), (_, (words,))) in enumerate(zip(points, rows, strict=True)):
        y = TOP + at * LYING_ROW
        texts += [Text(0, y, label), Text(WIDTH, y, words, "end")]
        drawn.append(Bar(0, y + 5, round(WIDTH * max(value, 0) / largest, 1), LYING_BAR))
    return Chart(title, told, len(points) * LYING_ROW, head, rows, (), tuple(texts), tuple(drawn))


def _line(
    number: int, name: str, values: Sequence[float | None], places: Sequence[float], scale: _Scale
) -> ChartLine:
    found = [
        (round(x, 1), None if value is None else scale.y(value))
        for x, value in zip(places, values, strict=True)
    ]
    runs = [
        [(x, y) for x, y in run if y is not None]
        for is_gap, run in groupby(found, key=lambda place: place[1] is None)
        if not is_gap
    ]
    stretches = tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1)
    lonely = len(found) > DOTS
    return ChartLine(
        number,
        name,
        stretches,
        tuple(place for run in runs if not lonely or len(run) == 1 for place in run),
    )


def _below(labels: Sequence[str], places: Sequence[float]) -> Iterator[Text]:
    """Return as many labels as can be read, evenly spread from the first one on."""
    longest = max(map(len, labels), default=0)
    every = -(-len(labels) // max(2, min(LABELS, 45 // max(longest, 1)))) or 1
    return (
        Text(round(places[at], 1), HEIGHT - 6, labels[at], "middle")
        for at in range(0, len(labels), every)
    )


def _short(value: float) -> str:
    for size, letter in ((MILLION, "M"), (THOUSAND * 10, "k")):
        if value >= size:
            return f"{value / (MILLION if letter == 'M' else THOUSAND):g}{letter}"
    return f"{value:,g}"


def _told(points: Sequence[tuple[str, float | None]], unit: str) -> str:
    """Return what the picture says, for whoever does not see it; every figure stands in the
    table.
    """
    known = [(value, label) for label, value in points if value is not None]
    if not known:
        return "No figures."
    (most, when), (least, where) = (
        max(known, key=lambda one: one[0]),
        min(known, key=lambda one: one[0]),
    )
    if len(known) == 1 or most == least:
        return (
            f"{said(most, unit)} for {when}"
            if len(known) == 1
            else f"{said(most, unit)} throughout"
        )
    return (
        f"{len(known)} figures, from {said(least, unit)} ({where}) to {said(most, unit)} ({when})"
    )
