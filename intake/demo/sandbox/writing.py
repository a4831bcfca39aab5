"""How the spreadsheet's locale writes formulas and numbers, as they are typed and as they are
shown.

Formulas are kept as English locales write them. Where decimals have a comma, arguments are parted
by semicolons, which every locale understands; a comma between arguments is no formula there, and
neither is a decimal point.
"""

import re

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

from intake.demo.sandbox.problems import refused

PARTS = re.compile(r'"(?:[^"]|"")*"|\d+[.,]\d+|[,;]')


def has_decimal_commas(locale: str) -> bool:
    """Return whether numbers have a comma there."""
    try:
        return get_decimal_symbol(Locale.parse(locale)) == ","
    except (UnknownLocaleError, ValueError):
        return False


def kept(formula: str, locale: str) -> str:
    """*formula*, typed in *locale*, as it is kept. Raises 400 where it cannot be read."""
    comma = has_decimal_commas(locale)

    def part(found: re.Match[str]) -> str:
        text = found[0]
        if text[0] == '"':
            return text
        if text == ";":
            return ","
        if comma and (text == "," or "." in text):
            raise refused(f"Invalid ConditionValue.userEnteredValue: {formula}")
        return text.replace(",", ".") if comma else text

    return PARTS.sub(part, formula)


def written_value(formula: str, locale: str) -> str:
    """Return a formula that is kept, as it is written in *locale*."""
    if not has_decimal_commas(locale):
        return formula
    swapped = str.maketrans(",.", ";,")
    return PARTS.sub(
        lambda found: found[0] if found[0][0] == '"' else found[0].translate(swapped), formula
    )
