"""Several processes as one: started in order, each waited for, stopped together."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

START_WITHIN = 120.0  # seconds, for a machine that is busy; a process that ended is told at once
STOP_WITHIN = 12.0
GLANCE = 0.05


class DidNotStart(Exception):
    """A process ended, or did not answer in time; the message says which and what to look at."""


def keep_environment(place: Path, environ: Mapping[str, str]) -> None:
    """Write the house's settings into *place*, for a shell that is to run commands on the same
    data.
    """
    ours = sorted((name, value) for name, value in environ.items() if name.startswith("INTAKE_"))
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(
        "".join(f"export {name}={shlex.quote(value)}\n" for name, value in ours), encoding="utf-8"
    )
    draft.replace(place)


@dataclass
class Processes:
    """Runs commands of this Python; `stop` ends them all, the last started first."""

    environ: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `python ARGUMENTS` in a process group of its own: Ctrl-C reaches us alone, and we
        end them in order.
        """
        command = [sys.executable, *arguments]
        self.running[name] = subprocess.Popen(  # noqa: S603
            command, env=dict(self.environ), start_new_session=True
        )

    def wait_for(self, url: str) -> None:
        """Return once *url* answers with 200. Raises `DidNotStart` when a process ends or time is
        up.
        """
        until = time.monotonic() + START_WITHIN
        while not _answers(url):
            self.require_alive()
            if time.monotonic() > until:
                raise DidNotStart(
                    f"{url} did not answer within {START_WITHIN:.0f} seconds; its output is above."
                )
            time.sleep(GLANCE)

    def require_alive(self) -> None:
        """Raise `DidNotStart` when one of them has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                raise DidNotStart(
                    f"The {name} ended by itself (exit {process.returncode}); its output is above."
                )

    def watch(self, stop: threading.Event) -> None:
        """Return when *stop* is set; raise `DidNotStart` as soon as one of them ends."""
        while not stop.wait(0.5):
            self.require_alive()

    def stop(self) -> None:
        """Ask each to end, and end those that do not."""
        for process in reversed(self.running.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run_together(processes: Processes, begin: Callable[[], None], stop: threading.Event) -> None:
    """Call *begin*, which starts them, then watch them until *stop* is set; in every case end them
    all.
    """
    try:
        begin()
        processes.watch(stop)
    finally:
        processes.stop()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  (an address of ours)
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False
