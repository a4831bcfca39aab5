"""Load on a server, from wrk where it is installed, else from urllib3 in threads of this process.

The latter takes as much of the processor as the servers do, so that ratios shrink; the report says
which one it was.
"""

import json
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles

import urllib3

SCRIPT = Path(__file__).with_name("send.lua")
WRK = shutil.which("wrk")
SENDER = "wrk" if WRK else "urllib3"
TOO_LONG = 20  # seconds
THREADS = 2
PHONES, FIRST_PHONE = 790_000, 2_200_000
SHOWN, STORED, REFUSED = 200, 303, 422


@dataclass(frozen=True)
class Load:
    """What came of it: how many answers of each kind in how many seconds; latencies in
    milliseconds.
    """

    seconds: float
    p50: float
    p99: float
    longest: float
    shown: int
    stored: int
    refused: int
    failed: int

    @property
    def answers(self) -> int:
        """Return all of them but those that failed."""
        return self.shown + self.stored + self.refused

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def send(
    port: int, lines: Path, *, cookie: str, first: int, connections: int, seconds: float
) -> Load:
    """Send the requests in *lines* again and again; numbers in them count from *first*, and none
    comes twice.
    """
    if WRK is None:
        return _send_from_here(
            port, lines, cookie=cookie, first=first, connections=connections, seconds=seconds
        )
    done = subprocess.run(  # noqa: S603  (the load generator, with arguments of our own)
        [
            WRK,
            f"-t{min(THREADS, connections)}",
            f"-c{connections}",
            f"-d{seconds:.0f}s",
            f"--timeout={TOO_LONG}s",
            "--latency",
            "-s",
            str(SCRIPT),
            f"http://127.0.0.1:{port}",
            "--",
            str(lines),
            cookie,
            str(first),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"JSON (.*)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return Load(**json.loads(found[1]))


def _send_from_here(
    port: int, lines: Path, *, cookie: str, first: int, connections: int, seconds: float
) -> Load:
    requests = [line.split("\t") for line in lines.read_text().splitlines()]
    numbers, times, kinds = count(), list[float](), Counter[int]()
    until = time.monotonic() + seconds

    def work() -> None:
        pool = urllib3.HTTPConnectionPool(
            "127.0.0.1", port, maxsize=1, timeout=TOO_LONG, retries=False
        )
        while time.monotonic() < until:
            number = next(numbers)
            method, path, sender, body = requests[number % len(requests)]
            headers = {"Cookie": cookie, "X-Forwarded-For": sender}
            if method == "POST":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                body = body.replace("~N~", str(first + number))
                body = body.replace("~P~", f"416{FIRST_PHONE + (first + number) % PHONES:07}")
            began = time.perf_counter()
            try:
                kinds[
                    pool.urlopen(
                        method, path, body=body or None, headers=headers, redirect=False
                    ).status
                ] += 1
            except urllib3.exceptions.HTTPError:
                kinds[0] += 1
            times.append(1000 * (time.perf_counter() - began))

    began = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = quantiles(times, n=100, method="inclusive")
    known = kinds[SHOWN] + kinds[STORED] + kinds[REFUSED]
    return Load(
        time.monotonic() - began,
        cuts[49],
        cuts[98],
        max(times),
        kinds[SHOWN],
        kinds[STORED],
        kinds[REFUSED],
        kinds.total() - known,
    )
