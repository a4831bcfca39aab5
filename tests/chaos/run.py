"""All of a plan at once: patients ask, staff work, processes are killed, Google has its moods."""

import random
import threading
from collections.abc import Callable
from functools import partial

from tests.chaos import privacy, staff, trouble
from tests.chaos.in_step import InStep
from tests.chaos.patients import ask
from tests.chaos.plan import Plan
from tests.chaos.world import World

PHONES = 6
# seconds at most between two acts of somebody, so that the relays come to do something in between
PAUSE = 0.1
BEFORE_NEXT_TRY = 0.3
TRIES = 2000
"""So often an act is tried before the run counts as stuck: the sheet, a row or the database may be
away for a while.
"""

Act = Callable[[World, random.Random, str], bool]
"""Do it once; False where it could not be done just now."""


def run(world: World, plan: Plan) -> None:
    """Do all of *plan*, each actor in a thread, then bring all to rest."""
    world.keep_running()
    in_step = InStep(plan.acts)
    doing: dict[str, Act] = {
        "patients": ask,
        "staff": staff.act,
        "admin": privacy.act,
        "trouble": partial(trouble.act, faults=plan.faults),
    }
    actors = [*["patients"] * PHONES, "staff", "admin", "trouble"]
    failed = list[BaseException]()

    def play(who: str, own_seed: int) -> None:
        chance = random.Random(own_seed)
        try:
            for act in in_step.acts_of(who):
                _until_done(world, partial(doing[who], world, chance, act), chance)
        except BaseException as error:
            failed.append(error)
            in_step.fail()

    threads = [
        threading.Thread(target=play, args=(who, plan.seed * 100 + at))
        for at, who in enumerate(actors)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    world.sandbox.clear()


def _until_done(world: World, attempt: Callable[[], bool], chance: random.Random) -> None:
    for _ in range(TRIES):
        if attempt():
            threading.Event().wait(chance.uniform(0, PAUSE))
            return
        world.keep_running()  # a relay that found no database has ended by itself
        threading.Event().wait(BEFORE_NEXT_TRY)
    raise AssertionError("an act could not be done, however often it was tried")
