"""The extension after a phone number, in every notation that people here use, in both languages."""

import re
import unicodedata

from intake.marks import normalized
from intake.unseen import without_unseen

WORDS = (
    r"extensions?|extens?|extn?|xtn?|ex|postes?|pst|pte|local|loc|internes?|int|x|#|~"
    r"|(?:p(?=[.:\s]))"
)
NUMBER_SIGN = r"(?:(?:numero|number|num|nr|no|n)[.\s]*|n?[#°º]\s*)?"
EXTENSION = re.compile(
    rf"[\s,;.(\[/-]*(?:(?<![a-z])(?:{WORDS}))[\s.:;=,-]*{NUMBER_SIGN}[\s.:-]*(\d{{1,20}})[\s.)\]#]*$",
    re.ASCII,
)
MENTIONED = re.compile(rf"(?<![a-z])(?:{WORDS})(?![a-z])")
"""A word for an extension, whatever follows it."""


def plain(typed: str) -> str:
    """*typed* for reading: small letters without accents, digits and signs of other widths as ours,
    nothing unseen.
    """
    known = normalized("NFKD", without_unseen(typed)).casefold()
    digits = (
        str(unicodedata.digit(c)) if c.isdigit() else c
        for c in known
        if not unicodedata.combining(c)
    )
    return "".join(digits).replace("–", "-").replace("‑", "-").replace("‐", "-").strip()


def split_extension(text: str) -> tuple[str, str]:
    """Return the number and the digits of the extension in *text*, which is `plain`; "" where there
    is none.
    """
    found = EXTENSION.search(text)
    if found is None or not any(character.isdigit() for character in text[: found.start()]):
        return text, ""
    return text[: found.start()], found[1]
