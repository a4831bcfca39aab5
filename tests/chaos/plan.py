"""Who does what meanwhile, by a seed: patients ask, staff work, processes are killed, Google has its moods."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

import requests

from tests.chaos import privacy, staff
from tests.chaos.patients import ask
from tests.chaos.world import NEEDED, World

FAULTS = ("401", "429", "500", "500_after", "lost_answer", "drop_before", "latency")
FEW, PATIENCE = 10, 40.0
"""On a slow machine it goes on for a while, until staff edited so many cells."""
LONG = 120  # seconds from which on the sheet is un-shared, too: the relay then waits a minute for a person
PARTS = (":batchUpdate", "ByDataFilter", "developerMetadata", "/token")
PHONES = 6

Actor = Callable[[random.Random], None]


def run(world: World, *, leads: int, seconds: float) -> None:
    """*leads* patients within *seconds*, and everything else meanwhile; then bring all to rest."""
    for name in NEEDED:
        world.start(name)
    numbers, lock, until = iter(range(leads)), threading.Lock(), time.monotonic() + seconds

    def patients(chance: random.Random) -> None:
        for number in _shared(numbers, lock):
            ask(world, f"P{number}", f"416 555 {chance.randrange(150):04}")
            threading.Event().wait(chance.expovariate(leads / seconds / PHONES))

    def repeatedly(work: Callable[[World, random.Random], None], pause: float) -> Actor:
        def repeat(chance: random.Random) -> None:
            while time.monotonic() < until or (is_too_quiet(world) and time.monotonic() < until + PATIENCE):
                with suppress(requests.RequestException):
                    work(world, chance)
                threading.Event().wait(chance.uniform(0, 2 * pause))

        return repeat

    faults = (*FAULTS, "403") if seconds >= LONG else FAULTS
    trouble = partial(misfortune, _dealt(world.seed), faults)
    people = [repeatedly(staff.work, 0.15), repeatedly(privacy.work, 0.3)]
    _at_once([*[patients] * PHONES, repeatedly(trouble, 1), *people], world.seed)
    world.sandbox.clear()
    for name in NEEDED:
        world.start(name)


def misfortune(kinds: Iterator[str], faults: Sequence[str], world: World, chance: random.Random) -> None:
    """One thing that goes wrong."""
    kind = next(kinds)
    if kind == "fault":
        world.sandbox.fault(chance.choice(faults), times=chance.randint(1, 4), match=chance.choice(PARTS))
    elif kind == "database":
        world.restart_database()
    elif kind == "outage":
        world.sandbox.stop()
        threading.Event().wait(chance.uniform(0.1, 1))
        world.sandbox.start()
    else:
        world.kill(kind)
        threading.Event().wait(chance.uniform(0, 0.5))
        world.start(kind)
    world.done[kind] += 1


def is_too_quiet(world: World) -> bool:
    """Whether staff and the admin have hardly done anything yet."""
    return world.done["edit"] < FEW or not world.done["sort"] or not world.done["lock"]


def _dealt(seed: int) -> Iterator[str]:
    """Kinds of trouble in any order, each of them as often as it stands in the deck."""
    while True:
        deck = [*NEEDED, "fault", "fault", "fault", "outage", "database"]
        random.Random(seed).shuffle(deck)
        yield from deck
        seed += 1


def _shared(numbers: Iterator[int], lock: threading.Lock) -> Iterator[int]:
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        yield number


def _at_once(actors: list[Actor], seed: int) -> None:
    failed = list[BaseException]()

    def watched(actor: Actor, own: int) -> None:
        try:
            actor(random.Random(own))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=watched, args=(actor, seed * 100 + at)) for at, actor in enumerate(actors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
