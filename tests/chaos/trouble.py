"""What goes wrong meanwhile: processes and the database are killed, the sheet is away or has a
fault.
"""

import random
import threading
from collections.abc import Sequence

from tests.chaos.world import World

PARTS = (":batchUpdate", "ByDataFilter", "developerMetadata", "/token")


def act(world: World, chance: random.Random, kind: str, *, faults: Sequence[str]) -> bool:
    """One thing that goes wrong, and ends by itself or is put right."""
    if kind == "fault":
        world.sandbox.fault(
            chance.choice(faults), times=chance.randint(1, 4), match=chance.choice(PARTS)
        )
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
    return True
