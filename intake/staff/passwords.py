"""Which passwords are taken: long, and not easily guessed; of what letters is the person's own
affair (ASVS 5 V6.2).
"""

from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST, LONGEST = 12, 128
LOOKED_AT = 32
"""Letters from the start that are judged; judging takes the square of their number (of 72: two
seconds).
"""
STRONG = 3
"""The least score, out of 4: safe from guessing where the hash is slow."""


def problem_of(password: str, *, known: Iterable[str] = ()) -> str | None:
    """Return what is wrong with *password*, as an instruction; *known* is what anybody knows of the
    person and the clinic.
    """
    if len(password) < SHORTEST:
        return f"Choose a password with at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return f"Choose a password with at most {LONGEST} characters"
    if zxcvbn(password[:LOOKED_AT], user_inputs=list(_words(known)))["score"] < STRONG:
        return (
            "This password is easy to guess: choose another, for example four words that do "
            "not belong together"
        )
    return None


def _words(known: Iterable[str]) -> Iterable[str]:
    """Yield each phrase, and each word in it: a password of the clinic's name and a year is no
    secret.
    """
    for phrase in known:
        yield phrase
        yield from phrase.replace("@", " ").replace(".", " ").replace("-", " ").split()
