"""A patient's phone: opens the form, sends it, and sends the same again until a confirmation is seen."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import requests

from tests.chaos.world import RAN_TOO_LONG, World


def ask(world: World, name: str, phone: str) -> None:
    """Ask for a call back, and keep the reference that was shown."""
    with requests.Session() as http:
        http.trust_env = False
        form = _insist(world, lambda: http.get(f"http://127.0.0.1:{world.port}/", timeout=5))
        stamp = re.search(r'name="stamp"[^>]*value="([^"]+)"', form.text)
        assert stamp, "the form has no stamp"
        sent = {"stamp": stamp[1], "name": name, "phone": phone}
        page = _insist(world, lambda: http.post(f"http://127.0.0.1:{world.port}/", sent, timeout=5))
        shown = re.search(r'class="reference"[^>]*>\s*([^<\s]+)', page.text)
        assert shown, "the confirmation shows no reference"
        world.leads[name] = shown[1]


def _insist(world: World, work: Callable[[], requests.Response]) -> requests.Response:
    until = time.monotonic() + RAN_TOO_LONG
    while time.monotonic() < until:
        with suppress(requests.RequestException):
            answer = work()
            if answer.status_code == requests.codes.ok:
                return answer
        world.done["sent again"] += 1
        world.start("web")  # as a supervisor would
        threading.Event().wait(0.2)
    raise AssertionError("the web form did not answer")
