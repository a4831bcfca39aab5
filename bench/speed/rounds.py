"""One round: each side is started, measured and stopped in turn."""

import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.speed.load import Load, send
from bench.speed.sides import BASELINE, PRODUCT, Running, Side, running
from bench.speed.traffic import mixed, opened, plain
from tests.conftest import ROOT

WARM_UP = 2.0  # seconds
SETTLE = 0.3  # seconds in which a server ends what it is at
STAMPS_A_SECOND = 60
"""A form serves forty requests (`intake.limits`), and the mix needs more than one."""
SIDES = (BASELINE, PRODUCT)
FEW, MISTAKES_AT_MOST = 20, 0.2
"""The mix has some 8 % that are refused; more means that something else is measured."""

Figures = dict[str, float]
numbers = count(1, 1_000_000)
"""Where the numbers of each load begin, so that no request comes twice."""


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    seconds: float
    connections: int = 8
    slow_connections: int = 32


def figures_of(side: Side, url: Callable[[], str], folder: Path, effort: Effort) -> Figures:
    """Start *side* twice, plain and with limits, and return what was measured; *url* makes an empty
    database.
    """
    with running(side, url(), folder) as server:
        found: Figures = {"start": server.seconds, "help": _seconds(side)}
        found |= _loaded(server, "form", folder, opened(side.names), effort)
        found |= _loaded(server, "request", folder, plain(side.names, server.token("/")), effort)
        found["memory"] = server.memory()
    with running(side, url(), folder, limits=True) as server:
        tokens = _tokens(server, effort)
        lines = "".join(mixed(side.names, lambda path: next(tokens[path])))
        found |= _loaded(server, "mix", folder, lines, effort)
    return found


def slow_figures_of(
    side: Side, url: Callable[[], str], folder: Path, effort: Effort, *, preload: str
) -> Figures:
    """Return what *side* does on a disk that is slowed down by the library *preload*."""
    with running(side, url(), folder, preload=preload) as server:
        return _loaded(server, "slow", folder, plain(side.names, server.token("/")), effort)


def _loaded(server: Running, name: str, folder: Path, lines: str, effort: Effort) -> Figures:
    (folder / "lines").write_text(lines)
    connections = effort.slow_connections if name == "slow" else effort.connections
    _send(server, folder, connections, WARM_UP)
    worked = server.worked()
    load = _send(server, folder, connections, effort.seconds)
    time.sleep(SETTLE)
    worked = server.worked() - worked
    found = {"rate": load.rate, "p50": load.p50, "p99": load.p99, "longest": load.longest}
    found["cpu"] = 1000 * worked / max(1, load.answers)
    return {f"{name} {what}": value for what, value in found.items()}


def _send(server: Running, folder: Path, connections: int, seconds: float) -> Load:
    load = send(
        server.port,
        folder / "lines",
        cookie=server.cookie,
        first=next(numbers),
        connections=connections,
        seconds=seconds,
    )
    if not load.answers:
        raise RuntimeError(
            f"{server.side.name}: no answer came within {seconds:g} seconds; give more SECONDS"
        )
    if load.failed or load.refused > FEW + MISTAKES_AT_MOST * load.answers:
        raise RuntimeError(f"{server.side.name}: not what was meant to be measured: {load}")
    return load


def _tokens(server: Running, effort: Effort) -> dict[str, Iterator[str]]:
    paths = server.side.names.paths
    wanted = 1 if len(paths) == 1 else max(1, round(STAMPS_A_SECOND * (effort.seconds + 1)))
    return {path: _round_and_round([server.token(path) for _ in range(wanted)]) for path in paths}


def _round_and_round(values: list[str]) -> Iterator[str]:
    for number in count():
        yield values[number % len(values)]


def _seconds(side: Side) -> float:
    began = time.monotonic()
    subprocess.run(side.helps, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  (our own commands)
    return time.monotonic() - began
