"""What is sent: the plain form again and again, or a mix like that of a clinic's day."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

KNOWN = 200
"""So many addresses come back in the mix."""
LINES = 3000
"""Each from a network of its own, and sent some thirty times at most: limits let all of it
through.
"""
MISTAKES, FRENCH, RETURNING, WITHOUT_ADDRESS, MESSAGE = 0.08, 1 / 3, 1 / 3, 0.15, 0.5
"""How many of the mix are refused, in French, from an address that has asked before, without one,
with a message.
"""
WORDS = (
    "knee",
    "since March",
    "worse in the morning",
    "left side",
    "after running",
    "no operation yet",
)


@dataclass(frozen=True)
class Names:
    """What the form calls its parts: where it is, in each language, the field that goes back as it
    came, the boxes.
    """

    paths: Sequence[str]
    token: str
    boxes: Sequence[str]
    message: str


def opened(names: Names) -> str:
    """Return the line of a GET of the empty form."""
    return f"GET\t{names.paths[0]}\t192.0.2.1\t\n"


def plain(names: Names, token: str) -> str:
    """Return the line of a form that is valid, with every box ticked, from somebody new."""
    return _line(
        names,
        names.paths[0],
        "192.0.2.1",
        token,
        email="m~N~@example.com",
        boxes=names.boxes,
        message="",
    )


def mixed(names: Names, tokens: Callable[[str], str], *, seed: int = 1) -> Iterator[str]:
    """Yield lines of a day's mix; *tokens* gives a token of a form that was opened at a path."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    for number in range(LINES):
        path = names.paths[-1] if chance.random() < FRENCH else names.paths[0]
        kind = chance.random()
        email = "" if kind < WITHOUT_ADDRESS else "m~N~@example.com"
        if kind > 1 - RETURNING:
            email = f"known{chance.randrange(KNOWN)}@example.com"
        message = ", ".join(chance.sample(WORDS, 3)) if chance.random() < MESSAGE else ""
        boxes = [box for box in names.boxes if chance.random() < 1 / 2]
        sender = f"100.{64 + number // 256 % 64}.{number % 256}.{chance.randrange(1, 255)}"
        is_wrong = chance.random() < MISTAKES
        yield _line(
            names,
            path,
            sender,
            tokens(path),
            email=email,
            boxes=boxes,
            message=message,
            is_wrong=is_wrong,
        )


def _line(
    names: Names,
    path: str,
    sender: str,
    token: str,
    *,
    email: str,
    boxes: Sequence[str],
    message: str,
    is_wrong: bool = False,
) -> str:
    sent = {
        "name": "Marie ~N~",
        "phone": "12" if is_wrong else "~P~",
        "best_time": "morning",
        names.token: token,
    }
    sent |= {"email": email, names.message: message} | dict.fromkeys(boxes, "y")
    return f"POST\t{path}\t{sender}\t{urlencode(sent, safe='~@')}\n"
