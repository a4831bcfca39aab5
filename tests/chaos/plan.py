"""What happens in a run: so many acts of each kind, in an order by the seed, whatever the machine's
speed.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEADS = 200
STAFF = {
    "edit": 50,
    "sort": 8,
    "insert_rows": 6,
    "delete_rows": 6,
    "move_column": 6,
    "rename_tab": 2,
}
ADMIN = ("lock", "lock", "lock taken off")
"""In turn, so that there is always a lock to be taken off."""
LOCKS = 12
TROUBLE = {"web": 2, "relay 1": 2, "relay 2": 2, "fault": 6, "outage": 2, "database": 2}
FAULTS = ("401", "429", "500", "500_after", "lost_answer", "drop_before", "latency")
LONG = 3
"""From so many rounds on the sheet is un-shared, too: the relay then waits a minute for a
person.
"""


@dataclass(frozen=True)
class Plan:
    """The acts of each actor, in their order."""

    seed: int
    acts: Mapping[str, Sequence[str]]
    faults: Sequence[str]

    def wanted(self) -> Counter[str]:
        """How often each kind of event happens."""
        return Counter(act for who, acts in self.acts.items() if who != "patients" for act in acts)


def plan(seed: int, rounds: int = 1) -> Plan:
    """Deal the acts of *rounds* rounds by *seed*."""
    chance = random.Random(seed)
    acts = {
        "patients": [f"P{number}" for number in range(LEADS * rounds)],
        "staff": _dealt(STAFF, rounds, chance),
        "admin": [ADMIN[number % len(ADMIN)] for number in range(LOCKS * rounds)],
        "trouble": _dealt(TROUBLE, rounds, chance),
    }
    return Plan(seed, acts, (*FAULTS, "403") if rounds >= LONG else FAULTS)


def _dealt(deck: Mapping[str, int], rounds: int, chance: random.Random) -> list[str]:
    dealt = list[str]()
    for _ in range(rounds):
        cards = list(Counter(deck).elements())
        chance.shuffle(cards)
        dealt += cards
    return dealt
