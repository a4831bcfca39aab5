"""Characters that show nothing, taken out of what was typed: pasted text has them, and nobody can
see or mend them.

Unicode says which they are (Default_Ignorable_Code_Point, UAX #44): soft hyphens, zero-width
spaces, fillers, marks that turn the direction of writing. Some scripts need a few of them, and
there they stay: joiners in Arabic and Indic scripts (RFC 5892 App. A) and in emoji, and selectors
of a variant of a Chinese character, a Mongolian letter, an emoji.
"""

import regex

UNSEEN = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Cs}\ufff9-\ufffb]"
)
MAY_BE_NEEDED = r"\u200c\u200d\u180b-\u180f\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef"
NEVER_NEEDED = regex.compile(rf"(?V1)[{UNSEEN.pattern}--[{MAY_BE_NEEDED}]]")
DOUBLED = regex.compile(r"([\u200c\u200d])\1+")
NEEDED = regex.compile(
    r"""
      (?<=\p{ccc=Virama}) [\u200c\u200d]
    | (?<=\p{L}) [\u200c\u200d] (?=\p{ccc=Virama})
    | (?<=[\p{jt=D}\p{jt=L}]\p{Mn}{0,4}) \u200c (?=\p{Mn}{0,4}[\p{jt=D}\p{jt=R}])
    | (?<=[\p{jt=D}\p{jt=L}]\p{Mn}{0,4}) \u200d
    | \u200d (?=[\p{jt=D}\p{jt=R}])
    | (?<=\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]?) \u200d (?=\p{Extended_Pictographic})
    | (?<=\p{Extended_Pictographic}) [\ufe0e\ufe0f]
    | (?<=[0-9\#*]) \ufe0f (?=\u20e3)
    | (?<=\U0001f3f4) [\U000e0020-\U000e007e]{1,7} \U000e007f
    | (?<=\p{Han}) [\ufe00-\ufe02\U000e0100-\U000e01ef]
    | (?<=\p{Mongolian}) [\u180b-\u180f]
    """,
    regex.VERBOSE,
)
LEFT_OR_NEEDED = regex.compile(rf"(?P<needed>{NEEDED.pattern})|[{MAY_BE_NEEDED}]", regex.VERBOSE)


def without_unseen(text: str) -> str:
    """*text* without any character that shows nothing: to be compared, or where no script needs
    one.
    """
    seen: str = UNSEEN.sub("", text)
    return seen


def visible(text: str) -> str:
    """*text* without characters that show nothing, except where its script needs them."""
    if text.isascii():
        return text
    single = DOUBLED.sub(r"\1", NEVER_NEEDED.sub("", text))
    seen: str = LEFT_OR_NEEDED.sub(lambda found: found["needed"] or "", single)
    return seen
