"""Names are compared by their letters: case, accents and the kind of apostrophe make no difference."""

import unicodedata

UNCOMPOSED = str.maketrans({
    "’": "'", "ʼ": "'", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t",
    "þ": "th", "æ": "ae", "œ": "oe",
})  # fmt: skip
"""Small letters that Unicode does not take for a letter with a mark, and the apostrophes that people type for one."""


def folded(name: str) -> str:
    """*name* as it is looked for: small letters without marks, so that "dang" finds "Đặng"; other scripts stay."""
    marked = unicodedata.normalize("NFKD", name.casefold().translate(UNCOMPOSED))
    return " ".join("".join(letter for letter in marked if not unicodedata.combining(letter)).split())
