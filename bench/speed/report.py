"""The report: what was measured how, the tables, and where the plots lie."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.speed.measures import Compared
from bench.speed.plot import plot

PLACE = Path(__file__).parents[1]
HOW = """\
`{command}`: {rounds} rounds of {seconds} seconds. In each round the baseline and the product were
started, measured and stopped one after the other. The load came from {sender} on the same machine
({cores} cores, {machine}, Python {python}), over 8 connections where nothing else is said. Both
servers have two processes. Ratios are product ÷ baseline of one round: their median, and in
brackets the least and the greatest. Seconds and rates alone say more of the machine."""
BASELINE = """\
The baseline (`bench/baseline/`) is the same form as one would write it with Flask, Flask-WTF and
SQLAlchemy’s ORM: one lead, four consent rows, one outbox row, on disk before the answer; no
evidence, limits, mail or desk."""


@dataclass
class Report:
    """All that came of a run."""

    command: str
    rounds: int
    seconds: float
    sender: str
    engines: dict[str, Sequence[Compared]] = field(default_factory=dict)
    statements: dict[str, Mapping[str, int]] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    alone: Mapping[str, str] = field(default_factory=dict)
    not_measured: list[str] = field(default_factory=list)

    def write(self, folder: Path = PLACE) -> Path:
        """Write `report.md`, and a plot for each engine, into *folder*."""
        (folder / "plots").mkdir(exist_ok=True)
        for engine, figures in self.engines.items():
            (folder / "plots" / f"{engine}.svg").write_text(
                plot(_title(engine), figures), encoding="utf-8"
            )
        place = folder / "report.md"
        place.write_text(self._text(), encoding="utf-8")
        return place

    def _text(self) -> str:
        parts = [
            f"# Speed, measured on {datetime.now(UTC).date().isoformat()}",
            HOW.format(
                command=self.command,
                rounds=self.rounds,
                seconds=f"{self.seconds:g}",
                sender=self.sender,
                cores=os.cpu_count(),
                machine=f"{platform.machine()}, {platform.system()} {platform.release()}",
                python=platform.python_version(),
            ),
            BASELINE,
            *(_table(engine, figures) for engine, figures in self.engines.items()),
            self._statements(),
            _pairs(
                "What the disk and the engines do by themselves",
                "limit",
                "a second",
                {name: f"{value:,.0f}" for name, value in self.floors.items()},
            ),
            _pairs("The product alone", "what", "figure", self.alone),
            *([f"Not measured: {'; '.join(self.not_measured)}."] if self.not_measured else []),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _statements(self) -> str:
        if not self.statements:
            return ""
        engines = list(self.statements)
        rows = [
            f"| {act} | "
            + " | ".join(str(self.statements[engine][act]) for engine in engines)
            + " |"
            for act in self.statements[engines[0]]
        ]
        head = f"| act | {' | '.join(engines)} |\n| --- |{' ---: |' * len(engines)}\n"
        return "## SQL statements an act\n\n" + head + "\n".join(rows)


def _title(engine: str) -> str:
    return f"Product beside the baseline, {engine}"


def _table(engine: str, figures: Sequence[Compared]) -> str:
    rows = [
        f"| {one.measure.words} | {one.baseline:,.2f} {one.measure.unit} | {one.product:,.2f} "
        f"{one.measure.unit} | **{one.ratio:.2f} ×** ({one.spread[0]:.2f}–{one.spread[1]:.2f}) |"
        for one in figures
    ]
    head = "| measure | baseline | product | ratio |\n| --- | ---: | ---: | ---: |\n"
    return f"## {engine}\n\n![{_title(engine)}](plots/{engine}.svg)\n\n" + head + "\n".join(rows)


def _pairs(title: str, first: str, second: str, pairs: Mapping[str, str]) -> str:
    if not pairs:
        return ""
    rows = "\n".join(f"| {name} | {value} |" for name, value in pairs.items())
    return f"## {title}\n\n| {first} | {second} |\n| --- | ---: |\n{rows}"
