"""Names are compared by their letters: case, accents, apostrophes, hyphens and spaces make no
difference.
"""

import unicodedata

from intake.marks import normalized
from intake.unseen import visible, without_unseen

UNCOMPOSED = str.maketrans(
    {
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "ŧ": "t",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
    }
)
"""Small letters that Unicode does not take for a letter with a mark."""
NOT_TYPED = "\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u0640\ua78b\ua78c\u2212`´"
"""Apostrophes, ʻokinas, primes, a minus for a hyphen, a long stroke: Unicode counts them as letters
or symbols.
"""
LETTERS_OF_THEIR_OWN = {8, 9}
"""Combining classes of marks without which a letter is another one: the voice of kana, and
viramas.
"""


def is_name(text: str) -> bool:
    """Return whether a person can be called by it: any script and any punctuation, with a letter
    that can be seen.
    """
    return any(character.isalpha() for character in visible(text))


def folded(name: str) -> str:
    """*name* as it is looked for: small letters without marks, so that "obrien" finds "O’Brien" and
    "dang" "Đặng".

    Punctuation and spaces are left out, so that "jean pierre" and "jeanpierre" find "Jean-Pierre".
    Other scripts stay.
    """
    plain = normalized("NFKD", without_unseen(name))
    small = normalized("NFKD", plain.casefold()).translate(UNCOMPOSED)
    return "".join(letter for letter in small if _is_looked_for(letter))


def _is_looked_for(letter: str) -> bool:
    if mark := unicodedata.combining(letter):
        return mark in LETTERS_OF_THEIR_OWN
    return letter not in NOT_TYPED and unicodedata.category(letter)[0] not in "PZC"
