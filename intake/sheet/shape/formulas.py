"""Formulas as a spreadsheet's locale writes them: where decimals have a comma, a semicolon parts
the arguments.

Google reads the formula of a rule or a filter as if it was typed into a cell, and refuses one in
another locale's writing. The house writes formulas as English locales do; they are translated when
they are sent.
"""

import re

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol

SIGNS = re.compile(r'"(?:[^"]|"")*"|(?<=\d)\.(?=\d)|[,;]')
"""What differs between locales, and the texts in which nothing does."""


def in_locale(formula: str, locale: str) -> str:
    """Return *formula* in the writing of *locale*, which is named as Google does ("fr_CA")."""
    if _has_decimal_points(locale):
        return formula
    return SIGNS.sub(lambda found: {",": ";", ".": ","}.get(found[0], found[0]), formula)


def is_same_formula(one: str, other: str) -> bool:
    """Return whether two formulas differ in their locale's separators at most.

    Google may show a formula that stands in the writing of today's locale, or in the one in which
    it was sent.
    """
    return _without_separators(one) == _without_separators(other)


def _has_decimal_points(locale: str) -> bool:
    try:
        return get_decimal_symbol(Locale.parse(locale)) == "."
    except (UnknownLocaleError, ValueError):
        return False  # a semicolon is understood in every locale, a comma is not


def _without_separators(formula: str) -> str:
    return SIGNS.sub(lambda found: found[0] if found[0][0] == '"' else " ", formula)
