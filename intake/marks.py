"""Text is put into a normal form of Unicode here only, because the library takes the square of the
marks in a row.

10,000 accents on one letter held a web thread for a tenth of a second. No language stacks more than
a few; UAX #15 (Stream-Safe Text Format) allows thirty, which is more than any honest text has.
"""

import unicodedata
from typing import Literal

import regex

MOST = 30
TOO_MANY = regex.compile(rf"(\p{{M}}{{{MOST}}})\p{{M}}+")


def with_few_marks(text: str) -> str:
    """*text* with at most thirty combining marks on a character; further ones are left out."""
    return text if text.isascii() else TOO_MANY.sub(r"\1", text)


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """*text* in this normal form, in a time that grows with its length only."""
    return unicodedata.normalize(form, with_few_marks(text))
