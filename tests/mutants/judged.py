"""Changes that were looked at and found to alter nothing that anybody could see; each has its
reason.
"""

import tomllib
from difflib import ndiff
from pathlib import Path

FILE = Path(__file__).with_name("equivalent.toml")


def judged_equivalent() -> dict[tuple[str, str, str], str]:
    """The reason, by file, by the lines as they were, and by the lines as they became."""
    found = tomllib.loads(FILE.read_text())
    return {
        (path, one["was"], one["became"]): one["why"]
        for path, several in found.items()
        for one in several
    }


def lines_changed(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, each without its indentation, as they were and as they became."""
    lines = list(ndiff(before.splitlines(), after.splitlines()))
    was, became = (
        [line[2:].strip() for line in lines if line.startswith(sign)] for sign in ("- ", "+ ")
    )
    return "\n".join(was), "\n".join(became)
