"""The formulas of conditional formats and filters: comparisons, AND, OR and a few more. Never used
for cells.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intake.demo.sandbox.problems import not_here

TOKEN = re.compile(r'"(?:[^"]|"")*"|\d+(?:\.\d+)?|\$?[A-Z]{1,3}\$?\d+|[A-Z]+|<>|<=|>=|[-+=<>(),]')
CELL = re.compile(r"(\$?)([A-Z]{1,3})(\$?)(\d+)")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


@dataclass(frozen=True)
class FormulaContext:
    """Where a formula is looked at: *cell* gives the value at (row, column), "" when empty; *now*
    is a serial.
    """

    row: int
    top: int
    """The first row of the rule's area, to which its references are written."""
    cell: Callable[[int, int], Any]
    now: float


FUNCTIONS: dict[str, Callable[[FormulaContext, Sequence[Any]], Any]] = {
    "AND": lambda _, given: all(given),
    "OR": lambda _, given: any(given),
    "NOT": lambda _, given: not given[0],
    "NOW": lambda place, _: place.now,
    "TODAY": lambda place, _: float(int(place.now)),
    "TIME": lambda _, given: (given[0] * 3600 + given[1] * 60 + given[2]) / 86_400,
    "ROW": lambda place, _: place.row + 1,
    "ISBLANK": lambda _, given: given[0] == "",
    "LEN": lambda _, given: len(str(given[0])),
    "N": lambda _, given: given[0] if isinstance(given[0], int | float) else 0,
    "TRUE": lambda _, __: True,
    "FALSE": lambda _, __: False,
}


def check(formula: str) -> None:
    """Raise 501 for a formula that cannot be evaluated here."""
    try:
        holds(formula, FormulaContext(1, 0, lambda _, __: "", 0.0))
    except (ValueError, IndexError, TypeError, KeyError):
        raise not_here(f"the formula {formula}") from None


def holds(formula: str, place: FormulaContext) -> bool:
    """Return whether *formula*, which begins with "=", is true there."""
    tokens = TOKEN.findall(formula[1:])
    if formula[:1] != "=" or "".join(tokens) != re.sub(
        r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", formula[1:]
    ):
        raise ValueError(formula)
    value, rest = _comparison(tokens, place)
    if rest:
        raise ValueError(formula)
    return bool(value)


def moved(formula: str, places: Mapping[int, int]) -> str:
    """*formula* after columns were moved: its references follow."""

    def follow(token: str) -> str:
        found = CELL.fullmatch(token)
        if not found:
            return token
        column = places.get(_column(found[2]))
        return "#REF!" if column is None else f"{found[1]}{_letters(column)}{found[3]}{found[4]}"

    return "=" + "".join(follow(token) for token in TOKEN.findall(formula[1:]))


def _comparison(tokens: list[str], place: FormulaContext) -> tuple[Any, list[str]]:
    left, rest = _sum(tokens, place)
    if rest and rest[0] in COMPARE:
        right, after = _sum(rest[1:], place)
        return COMPARE[rest[0]](_rank(left, right), _rank(right, left)), after
    return left, rest


def _sum(tokens: list[str], place: FormulaContext) -> tuple[Any, list[str]]:
    value, rest = _term(tokens, place)
    while rest and rest[0] in "+-":
        other, after = _term(rest[1:], place)
        value, rest = (value or 0) + ((other or 0) if rest[0] == "+" else -(other or 0)), after
    return value, rest


def _term(tokens: list[str], place: FormulaContext) -> tuple[Any, list[str]]:
    token, rest = tokens[0], tokens[1:]
    if token[0] == '"':
        return token[1:-1].replace('""', '"'), rest
    if token[0].isdigit():
        return float(token), rest
    if found := CELL.fullmatch(token):
        row = int(found[4]) - 1 if found[3] else int(found[4]) - 1 + place.row - place.top
        return place.cell(row, _column(found[2])), rest
    if token == "(":  # noqa: S105  (a bracket)
        value, after = _comparison(rest, place)
        return value, after[1:]
    given, after = _arguments(rest[1:], place)
    return FUNCTIONS[token](place, given), after


def _arguments(tokens: list[str], place: FormulaContext) -> tuple[list[Any], list[str]]:
    given: list[Any] = []
    while tokens[0] != ")":
        value, tokens = _comparison(tokens[1:] if tokens[0] == "," else tokens, place)
        given.append(value)
    return given, tokens[1:]


def _rank(value: Any, other: Any) -> tuple[int, Any]:
    # Numbers come before text; an empty cell counts as what it is compared with: 0 or "". Text has
    # no case.
    if value == "" and isinstance(other, int | float):
        return 0, 0
    return (0, value) if isinstance(value, int | float) else (1, str(value).casefold())


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    above, place = divmod(column, 26)
    return (_letters(above - 1) if above else "") + chr(65 + place)
