"""Invented people. What they are called and want is the same each time; what keeps their secrets is
not.
"""

import random
from collections import deque
from dataclasses import dataclass, field

from intake.marks import normalized
from intake.models import Purpose

FIRST = (
    "Ana",
    "Amir",
    "Béatrice",
    "Chantal",
    "Dmitri",
    "Élodie",
    "Fatima",
    "Gabriel",
    "Hana",
    "Ibrahim",
    "Jean-Luc",
    "Kateri",
    "Liam",
    "Mei",
    "Noah",
    "Olivia",
    "Priya",
    "Quentin",
    "Rosa",
    "Siobhán",
    "Thảo",
    "Ulrich",
    "Véronique",
    "Wanda",
    "Xavier",
    "Yusuf",
    "Zoé",
    "Marie-Ève",
    "Kofi",
    "Ingrid",
    "Sanjay",
    "Maude",
)
LAST = (
    "Abbott",
    "Bélanger",
    "Chen",
    "D’Souza",
    "Eze",
    "Fortin",
    "Gagnon",
    "Haddad",
    "Ivanova",
    "Joseph",
    "Kowalski",
    "Lavoie",
    "MacDonald",
    "Nguyễn",
    "O’Brien",
    "Patel",
    "Quinn",
    "Roy",
    "Singh",
    "Tremblay",
    "Ueda",
    "Villeneuve",
    "Whiteduck",
    "Xu",
    "Yılmaz",
    "Zimmermann",
    "Côté",
    "Okafor",
    "St-Pierre",
    "Van Dyk",
)
AREAS = (
    "613",
    "343",
    "819",
    "873",
    "416",
    "647",
    "437",
    "905",
    "289",
    "365",
    "519",
    "226",
    "548",
    "705",
    "249",
    "807",
    "514",
    "438",
    "450",
    "579",
    "418",
    "581",
    "367",
    "506",
    "902",
    "782",
    "709",
    "204",
    "431",
    "306",
    "639",
    "403",
    "587",
    "780",
    "825",
    "604",
    "778",
    "236",
    "250",
    "672",
)
"""Canadian area codes. Exchange 555 is given to nobody there."""
NUMBERS_OF_AREA = 10_000
REGULARS = 500
"""So many of those who asked lately may ask again; others are met once, so that memory stays
small.
"""
AGAIN, WITH_EMAIL, FRENCH, AGREES = (
    0.04,
    0.72,
    0.24,
    {Purpose.REMINDERS: 0.7, Purpose.CARE: 0.45, Purpose.NEWS: 0.2},
)


@dataclass
class Somebody:
    """A person: how they are reached, and which version of the words they agreed to last, by
    purpose.
    """

    name: str
    phone: str
    email: str | None
    language: str
    agreed: dict[Purpose, int] = field(default_factory=dict)
    is_done: bool = False
    """They withdrew, or asked not to be called: they do not ask again."""


class Crowd:
    """Whoever asks next: mostly somebody new."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._met = 0
        self._regulars: deque[Somebody] = deque(maxlen=REGULARS)

    def next(self) -> Somebody:
        """One who asks for a call."""
        if self._regulars and self._chance.random() < AGAIN:
            known = self._chance.choice(self._regulars)
            if not known.is_done:
                return known
        somebody = self._new()
        self._regulars.append(somebody)
        return somebody

    def purposes(self, somebody: Somebody) -> frozenset[Purpose]:
        """Return what they tick on a form; nothing without an address, which a tick asks for."""
        if somebody.email is None:
            return frozenset()
        return frozenset(purpose for purpose in Purpose if self._chance.random() < AGREES[purpose])

    def _new(self) -> Somebody:
        first, last = self._chance.choice(FIRST), self._chance.choice(LAST)
        self._met += 1
        # Spread over all numbers by a step that meets each once before it meets one again
        number = self._met * 7919 % (len(AREAS) * NUMBERS_OF_AREA)
        has_email = self._chance.random() < WITH_EMAIL
        return Somebody(
            name=f"{first} {last}",
            phone=f"+1{AREAS[number // NUMBERS_OF_AREA]}555{number % NUMBERS_OF_AREA:04}",
            email=f"{_plain(first)}.{_plain(last)}{self._met}@example.com" if has_email else None,
            language="fr" if self._chance.random() < FRENCH else "en",
        )


def _plain(name: str) -> str:
    letters = normalized("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in letters if letter.isalnum())
