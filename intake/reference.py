"""The reference of a request: short, read over the phone without mistakes, checked by its last
character.
"""

import secrets

from intake.marks import normalized
from intake.unseen import without_unseen

# No vowels (no words), and none of 0 O 1 I L U V 5 S 8 B that ears and eyes confuse.
ALPHABET = "234679CDFGHJKMNPQRTWXYZ"
LENGTH = 7


def new_reference() -> str:
    """Return a random reference such as "K7F-2QGX": 23**6 = 148 million, and a check character."""
    drawn = secrets.randbelow(len(ALPHABET) ** (LENGTH - 1))
    body = "".join(
        ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(LENGTH - 1)
    )
    return _spaced(body + _check(body))


def read_reference(said: str) -> str | None:
    """Return the reference in *said*, however it was typed, or None when it cannot be one."""
    plain = normalized("NFKC", without_unseen(said))
    letters = "".join(letter for letter in plain.upper() if letter.isalnum())
    right = (
        len(letters) == LENGTH
        and set(letters) <= set(ALPHABET)
        and letters[-1] == _check(letters[:-1])
    )
    return _spaced(letters) if right else None


def _spaced(letters: str) -> str:
    return f"{letters[:3]}-{letters[3:]}"


def _check(body: str) -> str:
    # 23 is prime, so weights 2, 3, 4 … find every single wrong character and every swap of
    # neighbours.
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]
