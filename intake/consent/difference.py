"""What publishing would change, to read before it is done: the old words and the new ones, per purpose and language."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from intake.consent.publishing import Change
from intake.consent.requirements import LANGUAGE_NAMES
from intake.consent.words import Words


def difference(change: Change) -> Iterator[str]:
    """A heading, then the words line by line: “- ” what goes, “+ ” what comes, and what differs in [brackets]."""
    yield _heading(change)
    old, new = _lines(_before(change)), _lines(change.words)
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (f"    {line}" for line in old[old_from:old_to])
        elif tag == "replace" and old_to - old_from == new_to - new_from:
            for before, after in zip(old[old_from:old_to], new[new_from:new_to], strict=True):
                gone, come = _marked(before.split(), after.split())
                yield from (f"  - {gone}", f"  + {come}")
        else:
            yield from (f"  - {line}" for line in old[old_from:old_to])
            yield from (f"  + {line}" for line in new[new_from:new_to])


def _heading(change: Change) -> str:
    what = f"{change.purpose} in {LANGUAGE_NAMES[change.language]}"
    if change.before is None:
        return f"{what}: version {change.version} ({change.basis}), the first"
    before = f"version {change.before.version} ({change.before.basis})"
    return f"{what}: {before} → version {change.version} ({change.basis})"


def _before(change: Change) -> Words | None:
    before = change.before
    return Words(before.box, before.hint, before.notice) if before else None


def _lines(words: Words | None) -> list[str]:
    return [words.box, words.hint, *words.notice.splitlines()] if words else []


def _marked(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Both lines with what the other does not have in brackets; as they are when they have little in common."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 1 / 2:
        return " ".join(old), " ".join(new)
    gone: list[str] = []
    come: list[str] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        same = tag == "equal"
        gone += [_words(old[old_from:old_to], same=same)]
        come += [_words(new[new_from:new_to], same=same)]
    return " ".join(filter(None, gone)), " ".join(filter(None, come))


def _words(some: Sequence[str], *, same: bool) -> str:
    return " ".join(some) if same or not some else f"[{' '.join(some)}]"
