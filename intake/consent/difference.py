"""What publishing would change, to read in a terminal: the old words and the new ones, per purpose
and language.
"""

from collections.abc import Iterator

from intake.consent.comparison import Fate, Paragraph, compared
from intake.consent.publishing import Change
from intake.consent.requirements import LANGUAGE_NAMES


def difference(change: Change) -> Iterator[str]:
    """Yield a heading, then the words line by line: “- ” what goes, “+ ” what comes, and what
    differs in [brackets].
    """
    yield _heading(change)
    for paragraphs in compared(change).values():
        for paragraph in paragraphs:
            yield from _lines(paragraph)


def _heading(change: Change) -> str:
    what = f"{change.purpose} in {LANGUAGE_NAMES[change.language]}"
    if change.before is None:
        return f"{what}: version {change.version} ({change.basis}), the first"
    before = f"version {change.before.version} ({change.before.basis})"
    return f"{what}: {before} → version {change.version} ({change.basis})"


def _lines(paragraph: Paragraph) -> Iterator[str]:
    fates = {run.fate for run in paragraph}
    if fates == {Fate.STAYS}:
        yield f"    {_said(paragraph, Fate.STAYS)}"
        return
    if fates != {Fate.COMES}:
        yield f"  - {_said(paragraph, Fate.GOES)}"
    if fates != {Fate.GOES}:
        yield f"  + {_said(paragraph, Fate.COMES)}"


def _said(paragraph: Paragraph, fate: Fate) -> str:
    """The paragraph as it was (what goes) or will be (what comes), the words of that fate in
    brackets among others.
    """
    is_whole = len(paragraph) == 1
    shown = [run for run in paragraph if run.fate in {Fate.STAYS, fate}]
    return " ".join(
        run.words if is_whole or run.fate is Fate.STAYS else f"[{run.words}]" for run in shown
    )
