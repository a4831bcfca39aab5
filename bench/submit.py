"""From the press of the button to the row that staff see: web, relay and sandbox as processes of
their own.
"""

import random
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import requests

from bench.figures import Figure, p95
from tests.journeys.conftest import Demo, running_demo

SUBMISSIONS = 40
PAUSE = (
    2.0  # seconds between two of them, on average: thirty a minute are more than a clinic ever sees
)
WARM_UP = 2
TOO_LONG = 60.0


def measure() -> Iterator[Figure]:
    """Time of the POST alone, and until the row is in the grid."""
    with TemporaryDirectory(prefix="bench-") as folder, running_demo(Path(folder)) as demo:
        chance = random.Random(1)  # noqa: S311  (no secret)
        times = [_submit(demo, f"P{number}", chance) for number in range(WARM_UP + SUBMISSIONS)][
            WARM_UP:
        ]
    answered, visible = [one[0] for one in times], [one[1] for one in times]
    post = Figure("POST of the form until its answer, median", median(answered), "s")
    yield post
    yield Figure("POST of the form until its answer, p95", p95(answered), "s", post)
    yield Figure("submit until the row is visible, median", median(visible), "s", post)
    yield Figure("submit until the row is visible, p95", p95(visible), "s", post)


def _submit(demo: Demo, name: str, chance: random.Random) -> tuple[float, float]:
    """Seconds until the answer, and until the row."""
    threading.Event().wait(chance.expovariate(1 / PAUSE))
    with requests.Session() as http:
        http.trust_env = False
        page = http.get(f"{demo.form}/", timeout=TOO_LONG).text
        stamp = re.search(r'name="stamp"[^>]*value="([^"]+)"', page)
        if stamp is None:
            raise RuntimeError("the form has no stamp")
        sent = {"stamp": stamp[1], "name": name, "phone": f"416 555 {chance.randrange(10_000):04}"}
        began = time.perf_counter()
        answer = http.post(f"{demo.form}/", sent, allow_redirects=False, timeout=TOO_LONG)
        answered = time.perf_counter() - began
        if answer.status_code != requests.codes.see_other:
            raise RuntimeError(f"the form answered {answer.status_code}")
        _wait_for_row(http, demo, name)
        return answered, time.perf_counter() - began


def _wait_for_row(http: requests.Session, demo: Demo, name: str) -> None:
    """It waits as the grid's page does: it asks what is there, then for what is newer."""
    until = time.monotonic() + TOO_LONG
    since: dict[str, int] = {}
    while time.monotonic() < until:
        state = http.get(f"{demo.sheet}/sandbox/state", params=since, timeout=TOO_LONG).json()
        if any(name in row["cells"] for tab in state["tabs"] for row in tab["rows"]):
            return
        since = {"since": state["version"]}
    raise RuntimeError("the row did not appear")
