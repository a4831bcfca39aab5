"""A patient's phone: opens the form, sends it, and sends the same again until a confirmation is
seen.
"""

import random
import re
import threading
from collections.abc import Callable
from contextlib import suppress

import requests

from tests.chaos.mailbox import address_of
from tests.chaos.world import World

TIME_OUT = 60  # seconds: a patient does not hurry a busy machine
TRIES = 2000


def ask(world: World, chance: random.Random, name: str) -> bool:
    """Ask for a call back, and keep the reference that was shown."""
    with requests.Session() as http:
        http.trust_env = False
        form = _insist(world, lambda: http.get(f"http://127.0.0.1:{world.port}/", timeout=TIME_OUT))
        stamp = re.search(r'name="stamp"[^>]*value="([^"]+)"', form.text)
        assert stamp, "the form has no stamp"
        phone = f"416 555 {chance.randrange(150):04}"
        sent = {"stamp": stamp[1], "name": name, "phone": phone, "email": address_of(name)}
        page = _insist(
            world, lambda: http.post(f"http://127.0.0.1:{world.port}/", sent, timeout=TIME_OUT)
        )
        shown = re.search(r'class="reference"[^>]*>\s*([^<\s]+)', page.text)
        assert shown, "the confirmation shows no reference"
        world.leads[name] = shown[1]
    return True


def _insist(world: World, work: Callable[[], requests.Response]) -> requests.Response:
    for _ in range(TRIES):
        with suppress(requests.RequestException):
            answer = work()
            if answer.status_code == requests.codes.ok:
                return answer
        world.done["sent again"] += 1
        world.start("web")  # as a supervisor would
        threading.Event().wait(0.5)
    raise AssertionError("the web form did not answer")
