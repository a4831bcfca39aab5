"""Messages are checked against their shapes before anything is done with them, in the words of
Google.
"""

import json
import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from intake.demo.sandbox.problems import not_here, refused
from intake.demo.sandbox.shapes import ELSEWHERE, INT, NUMBER, TEXT, YES_NO, AtMostOne, Shape

KINDS: dict[str, Callable[[Any], bool]] = {
    INT: lambda value: type(value) is int and -(2**31) <= value < 2**31,
    NUMBER: lambda value: type(value) in {int, float} and math.isfinite(value),
    TEXT: lambda value: isinstance(value, str),
    YES_NO: lambda value: isinstance(value, bool),
}


def checked(value: Any, shape: Shape, where: str = "") -> Any:
    """*value* without its nulls, which mean the same as absent. Raises 400 for what has not this
    *shape*.
    """
    if isinstance(shape, Mapping):
        return _message(value, shape, where)
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise _wrong(value, "a list", where)
        return [checked(item, shape[0], f"{where}[{number}]") for number, item in enumerate(value)]
    if isinstance(shape, frozenset):
        if not isinstance(value, str) or value not in shape:
            raise _wrong(value, "TYPE_ENUM", where)
    elif not KINDS[str(shape)](value):
        raise _wrong(value, str(shape), where)
    return value


def _message(value: Any, shape: Mapping[str, Any], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(value, "an object", where or "the body")
    for name in value:
        if name not in shape:
            place = f" at '{where}'" if where else ""
            raise refused(
                f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.'
            )
        if shape[name] == ELSEWHERE:
            raise not_here(f"“{name}”{f' at {where}' if where else ''}")
    given = {
        name: checked(one, shape[name], _under(where, name))
        for name, one in value.items()
        if one is not None
    }
    if isinstance(shape, AtMostOne) and len(given) > 1:
        names = " and ".join(f"“{name}”" for name in given)
        raise refused(
            f"Invalid value at '{where}' (oneof), oneof field is already set. Cannot set "
            f"both {names}."
        )
    return given


def _under(where: str, name: str) -> str:
    return f"{where}.{_snake(name)}" if where else _snake(name)


@cache  # names are checked against the shape before they come here, so there are only so many
def _snake(name: str) -> str:
    # Google names places by the fields of its protocol buffers
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _wrong(value: Any, kind: str, where: str) -> Exception:
    return refused(f"Invalid value at '{where}' ({kind}), {json.dumps(value)[:100]}")
