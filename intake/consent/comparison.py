"""The old words and the new ones of a change, part by part: what stays, what goes, what comes.

Nothing is lost on the way: all that stays or comes, put together, is the new text, no-break spaces
included.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from intake.consent.publishing import Change
from intake.consent.wording import Words

PARTS = ("box", "hint", "notice")


class Fate(StrEnum):
    """What becomes of some words."""

    STAYS = "stays"
    GOES = "goes"
    COMES = "comes"


@dataclass(frozen=True)
class Run:
    """Words that follow each other and share their fate."""

    fate: Fate
    words: str


Paragraph = tuple[Run, ...]


def compared(change: Change) -> dict[str, list[Paragraph]]:
    """Return the paragraphs of each part of the wording, in the order in which they are read."""
    old = (
        Words(change.before.box, change.before.hint, change.before.notice)
        if change.before
        else None
    )
    before = [part.splitlines() for part in old.parts] if old else [[], [], []]
    after = [part.splitlines() for part in change.words.parts]
    return {
        name: list(_paragraphs(*both)) for name, *both in zip(PARTS, before, after, strict=True)
    }


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            yield from ((Run(Fate.STAYS, line),) for line in old[old_from:old_to])
        elif tag == "replace" and old_to - old_from == new_to - new_from:
            for before, after in zip(old[old_from:old_to], new[new_from:new_to], strict=True):
                yield from _reworded(before, after)
        else:
            yield from ((Run(Fate.GOES, line),) for line in old[old_from:old_to])
            yield from ((Run(Fate.COMES, line),) for line in new[new_from:new_to])


def _reworded(before: str, after: str) -> Iterator[Paragraph]:
    """One paragraph in which the words that differ are told apart; two when they have little in
    common.
    """
    old, new = before.split(" "), after.split(" ")
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 1 / 2:
        yield from ((Run(Fate.GOES, before),), (Run(Fate.COMES, after),))
        return
    runs: list[Run] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run(Fate.STAYS, " ".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            runs.append(Run(Fate.GOES, " ".join(old[old_from:old_to])))
        if new_to > new_from:
            runs.append(Run(Fate.COMES, " ".join(new[new_from:new_to])))
    yield tuple(runs)
